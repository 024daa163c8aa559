import type { LaneChoice } from './download/choose_lane.js';
import type { GatewayOptions } from './telegram/gateway.js';

/** What a core is made with. */
export interface CoreOptions extends Omit<GatewayOptions, 'events'> {
  /** Absolute path of the library's SQLite file; made when missing. */
  readonly libraryFile: string;
  /** Absolute directory for what is enqueued message by message; a download request names its own. */
  readonly outDir: string;
  /** Files at once, for the same. Default 4. */
  readonly parallel?: number;
  /** Memory to keep within; default 512 MB, or three quarters of the container's limit when that is lower. */
  readonly budgetBytes?: number;
  /** Bytes that must stay free on the device of the output directory. Default 512 MB. */
  readonly minFreeBytes?: number;
  /** Bytes per second over all transfers; unlimited when absent. */
  readonly rateLimit?: number;
  /**
   * Whether this process answers a person: its main thread then comes before the native lane's where both want the processor
   * (Linux). Default false.
   */
  readonly hasScreen?: boolean;
  /** What carries the bytes. Default `auto`. */
  readonly lane?: LaneChoice;
  /** Known document ids kept in memory, 25 bytes each. Default 50,000. */
  readonly idCacheSize?: number;
  /** Plain rows that wait in memory at most. Default 500. */
  readonly queueSize?: number;
  /** Bytes on their way at most, over all files: what the native lane has places for. Default 16 MB. */
  readonly maxBytesUnderWay?: number;
  /** Seconds without reaching Telegram after which a download ends with `unreachable`. Default 600. */
  readonly giveUpSeconds?: number;
}
