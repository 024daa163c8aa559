import type { AudioDownloader } from './download/audio_downloader.js';
import type { LaneHolder } from './download/choose_lane.js';
import type { Library } from './library/library.js';
import { getObjectPoolStats } from './memory/index.js';
import type { MemoryManager } from './performance/memory_manager.js';
import type { PerformanceSources } from './performance/performance_monitor.js';
import type { Covers } from './telegram/covers.js';
import type { TelegramGateway } from './telegram/gateway.js';

export interface Measured {
  readonly downloader: AudioDownloader;
  readonly library: Pick<Library, 'caches'>;
  readonly gateway: Pick<TelegramGateway, 'caches'>;
  readonly covers: Pick<Covers, 'figures'>;
  readonly lane: Pick<LaneHolder, 'pools'>;
  readonly memory: Pick<MemoryManager, 'figures'>;
}

/** Where the figures of a core come from. */
export function performanceSources({
  downloader,
  library,
  gateway,
  covers,
  lane,
  memory,
}: Measured): PerformanceSources {
  const { engine } = downloader;
  return {
    bytes: () => engine.bytes,
    bytesPerSecond: () => engine.speed().bytesPerSecond,
    memory: () => memory.figures(),
    caches: () => [engine.known.figures(), ...library.caches(), covers.figures(), ...gateway.caches()],
    pools: () => [...getObjectPoolStats(), ...lane.pools()],
    dataCentres: () => engine.dataCentres.figures(),
    diskFreeBytes: () => downloader.diskFreeBytes,
  };
}
