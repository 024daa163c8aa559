import type { PoolFigures } from '../../face.js';

/** What the thread shows of one of its pools. */
export type PoolGauge = Omit<PoolFigures, 'name'>;

/** The pools of the lane's thread. */
const POOLS = ['part buffers', 'read-back buffers'] as const;
/** Of each: in use, idle, capacity, waiting. */
const POOL_FIELDS = 4;

/**
 * Figures of the lane's thread in memory that both threads see, so that looking at them costs no messages: bytes received,
 * then its pools.
 */
export class LaneGauge {
  readonly shared: Int32Array<SharedArrayBuffer>;

  /** @param shared as the other thread has it; made here otherwise */
  constructor(shared?: Int32Array<SharedArrayBuffer>) {
    this.shared = shared ?? new Int32Array(new SharedArrayBuffer(4 * (1 + POOLS.length * POOL_FIELDS)));
  }

  /** Modulo 2^32. */
  get receivedBytes(): number {
    return this.shared[0] ?? 0;
  }

  received(bytes: number): void {
    Atomics.add(this.shared, 0, bytes);
  }

  get pools(): readonly PoolFigures[] {
    return POOLS.map((name, i) => {
      const [inUse = 0, idle = 0, capacity = 0, waiting = 0] = this.shared.subarray(1 + i * POOL_FIELDS);
      return { name, inUse, idle, capacity, waiting };
    });
  }

  show(parts: PoolGauge, readBack: PoolGauge): void {
    this.shared.set(
      [parts, readBack].flatMap(({ inUse, idle, capacity, waiting }) => [inUse, idle, capacity, waiting]),
      1,
    );
  }
}
