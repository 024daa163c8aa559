import type { DownloadEngine } from './download/engine.js';
import { removeStaleParts } from './download/stale_parts.js';
import type { Library } from './library/library.js';
import type { MemoryManager } from './performance/memory_manager.js';
import type { TelegramGateway } from './telegram/gateway.js';

export interface CleanupSources {
  readonly library: Library;
  readonly gateway: Pick<TelegramGateway, 'trimCaches'>;
  readonly engine: DownloadEngine;
  readonly outDir: string;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
}

/**
 * Registers what can be given up without harm: the library, Telegram or the disk know it still. Not among them is the cache
 * of known documents: its memory is allocated once, so clearing it would free nothing and cost look-ups. Pools register by
 * themselves.
 */
export function registerCleanups(
  memory: Pick<MemoryManager, 'register' | 'registerManual'>,
  { library, gateway, engine, outDir, wallNow }: CleanupSources,
): void {
  memory.register('library caches', () => library.trim());
  memory.register('telegram caches', () => gateway.trimCaches());
  memory.register('ended transfers', () => engine.finished.clear());
  memory.registerManual('stale part files (disk)', () =>
    removeStaleParts(library, engine, outDir, wallNow()),
  );
}
