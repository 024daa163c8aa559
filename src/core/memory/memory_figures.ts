export type MemoryLevel = 'normal' | 'warning' | 'critical';

/** What a process occupies, as it is cheap to learn. Bytes. */
export interface MemoryReading {
  /** Resident set: what the operating system counts for the process, all threads included. */
  readonly rssBytes: number;
  /** Live and not yet collected objects of this thread's JavaScript heap. */
  readonly heapUsedBytes: number;
  /** Memory outside that heap that its objects hold, array buffers included. */
  readonly externalBytes: number;
}

/** One look at the memory of the process. */
export interface MemorySample extends MemoryReading {
  /** Of the external bytes, those of array buffers. */
  readonly arrayBufferBytes: number;
  readonly budgetBytes: number;
  readonly level: MemoryLevel;
  /** What the level is judged by: resident bytes without the retained ones. */
  readonly usedBytes: number;
  /** Freed by the program, kept by the C library for reuse: resident, but no pressure. An estimate. */
  readonly retainedBytes: number;
  /** The container's limit; absent when there is none. */
  readonly limitBytes?: number;
  /** Longest delay of the event loop since the last sample, milliseconds; 0 when not watched. */
  readonly loopDelayMs: number;
  /** Collections since the watching began. */
  readonly collections: CollectionFigures;
}

export interface CollectionFigures {
  /** Of the young generation. */
  readonly minor: number;
  /** Of the whole heap. */
  readonly major: number;
  /** Time spent in them, milliseconds. */
  readonly totalMs: number;
  readonly longestMs: number;
}

/** What one clean-up step did. */
export interface CleanupStep {
  readonly name: string;
  /** Bytes: as the callback reported them; of the `collection` step, as measured. */
  readonly freed: number;
  readonly error?: string;
}

export interface CleanupResult {
  readonly reason: 'manual' | 'pressure';
  readonly before: MemorySample;
  readonly after: MemorySample;
  /** Resident bytes before minus after; negative when memory grew meanwhile. */
  readonly freedBytes: number;
  /** Heap and external bytes before minus after: what the program gave up, whether or not it left the process. */
  readonly releasedBytes: number;
  /** In order of execution; the last one is `collection`, unless the monitor was disposed meanwhile. */
  readonly steps: readonly CleanupStep[];
  readonly seconds: number;
}

export interface MemoryEvents {
  'memory.sample': MemorySample;
  /** The level rose to `warning`. */
  'memory.warning': MemorySample;
  /** The level rose to `critical`. */
  'memory.critical': MemorySample;
  /** The level fell; `level` says to what. */
  'memory.recovered': MemorySample;
  'memory.cleanup': CleanupResult;
}
