import type { AudioDownloader } from './download/audio_downloader.js';
import type { CoreStatus } from './face.js';
import type { MemoryManager } from './performance/memory_manager.js';
import type { PerformanceMonitor } from './performance/performance_monitor.js';

/** Waiting and ended transfers listed, of each at most. */
const LISTED = 200;

/** What the core itself knows of its session with Telegram. */
export type SessionStatus = Pick<CoreStatus, 'account' | 'connection' | 'dcId' | 'startedAt'>;

export interface StatusSources {
  readonly session: SessionStatus;
  readonly downloader: AudioDownloader;
  readonly memory: MemoryManager;
  readonly performance: PerformanceMonitor;
}

/** Everything that a face shows first, as of now. */
export function coreStatus({ session, downloader, memory, performance }: StatusSources): CoreStatus {
  const { engine } = downloader;
  const figures = performance.figures();
  const { completed, skipped, failed, bytes, bytesPerSecond, caches, pools } = figures;
  const { lastCleanup } = memory;
  const rateLimit = engine.rateLimit.bytesPerSecond;
  const floodUntil = engine.dataCentres.floodUntil();
  return {
    ...session,
    transfers: downloader.transfers(LISTED),
    underWay: engine.dispatcher.active.length,
    queued: engine.queue.size,
    completed,
    skipped,
    failed,
    bytes,
    bytesPerSecond,
    isSteady: engine.speed().isSteady,
    paused: engine.pauseGate.closed() !== undefined,
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(floodUntil === undefined ? {} : { floodUntil }),
    memory: figures.memory,
    ...(lastCleanup === undefined ? {} : { lastCleanup }),
    caches,
    pools,
    performance: figures,
  };
}
