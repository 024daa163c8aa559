import { totalmem } from 'node:os';
import type { MemoryLevel } from './memory_figures.js';

const DEFAULT_BUDGET = 512 * 1024 * 1024;
const DEFAULT_SHARE_OF_LIMIT = 0.75;

/**
 * What the container allows this process, bytes; undefined without a limit. An unlimited control group reads as 2^64, other
 * platforms report 0 or the machine's memory: none of these is a limit.
 */
export function containerLimit(
  constrained: number = process.constrainedMemory(),
  total: number = totalmem(),
): number | undefined {
  return constrained > 0 && constrained < total ? constrained : undefined;
}

/** 512 MiB, or three quarters of the container's limit when that is lower. */
export function defaultBudget(limit: number | undefined): number {
  return Math.min(DEFAULT_BUDGET, Math.floor((limit ?? Number.POSITIVE_INFINITY) * DEFAULT_SHARE_OF_LIMIT));
}

/** Where the levels begin. Each is a fraction of the budget when at most 1, else bytes. */
export interface ThresholdOptions {
  readonly warning: number;
  readonly critical: number;
  /** How far below a threshold memory must fall before the level does. */
  readonly hysteresis: number;
}

/** The levels of one budget, in bytes. */
export class Thresholds {
  readonly warning: number;
  readonly critical: number;
  readonly hysteresis: number;

  /** @throws RangeError unless 0 < budget, 0 < warning < critical and 0 <= hysteresis < warning */
  constructor(
    readonly budget: number,
    options: ThresholdOptions,
  ) {
    if (!(budget > 0)) throw new RangeError(`memory budget must be positive, not ${budget}`);
    const bytes = (value: number) => (value <= 1 ? value * budget : value);
    this.warning = bytes(options.warning);
    this.critical = bytes(options.critical);
    this.hysteresis = bytes(options.hysteresis);
    if (!(this.warning > 0 && this.warning < this.critical)) {
      throw new RangeError(
        `warning (${this.warning}) must be positive and below critical (${this.critical})`,
      );
    }
    if (!(this.hysteresis >= 0 && this.hysteresis < this.warning)) {
      throw new RangeError(`hysteresis (${this.hysteresis}) must be below warning (${this.warning})`);
    }
  }

  /** The level after `current`, given what is used now: it rises at a threshold, and falls only well below it. */
  next(current: MemoryLevel, used: number): MemoryLevel {
    const critical = this.critical - (current === 'critical' ? this.hysteresis : 0);
    if (used >= critical) return 'critical';
    const warning = this.warning - (current === 'normal' ? 0 : this.hysteresis);
    return used >= warning ? 'warning' : 'normal';
  }
}
