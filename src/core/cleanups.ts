import type { AudioDownloader } from './download/audio_downloader.js';
import type { LaneHolder } from './download/choose_lane.js';
import { removeStaleParts } from './download/stale_parts.js';
import type { Library } from './library/library.js';
import type { MemoryManager } from './performance/memory_manager.js';
import type { Covers } from './telegram/covers.js';
import type { TelegramGateway } from './telegram/gateway.js';

export interface CleanupSources {
  readonly memory: Pick<MemoryManager, 'register' | 'registerManual'>;
  readonly library: Library;
  readonly gateway: Pick<TelegramGateway, 'trimCaches'>;
  readonly covers: Pick<Covers, 'clear'>;
  readonly lane: Pick<LaneHolder, 'shrink'>;
  readonly downloader: Pick<AudioDownloader, 'engine'>;
}

/**
 * Registers what can be given up without harm: the library, Telegram or the disk know it still. Not among them is the cache
 * of known documents: its memory is allocated once, so clearing it would free nothing and cost look-ups. Pools of this thread register
 * by themselves.
 * @param wallNow milliseconds since 1970
 */
export function registerCleanups(
  { memory, library, gateway, covers, lane, downloader: { engine } }: CleanupSources,
  outDir: string,
  wallNow: () => number,
): void {
  memory.register('library caches', () => library.trim());
  memory.register('telegram caches', () => gateway.trimCaches());
  memory.register('covers', () => covers.clear());
  memory.register('ended transfers', () => engine.finished.clear());
  memory.register('file lane', () => lane.shrink());
  memory.registerManual('stale part files (disk)', () =>
    removeStaleParts(library, engine, outDir, wallNow()),
  );
}
