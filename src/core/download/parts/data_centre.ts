import type { FloodWaitError, TadError } from '../../errors.js';
import type { Clock } from '../clock.js';
import { Admission } from '../policies/admission.js';
import { CircuitBreaker } from '../policies/circuit_breaker.js';
import { AdaptiveDeadline } from '../policies/deadline.js';
import type { FloodGate } from '../policies/flood_gate.js';
import { GateGroup } from '../policies/gate.js';
import type { LearnedPace } from '../policies/learned_pace.js';
import { AdaptiveDepth } from './adaptive_depth.js';
import { AdaptivePartSize, type AskedPart } from './adaptive_part_size.js';

/** For so long after a failure files of other data centres come first, milliseconds. */
const TROUBLED_MS = 30_000;
/** An admission that takes longer is trouble as well. */
const SLOW_ADMISSION_MS = 3_000;

export interface DataCentreOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** For reasons: "data centre 4". */
  readonly name: string;
  readonly maxDepth: number;
  /** Shared by all data centres that are asked the same kind of thing: the server counts per account and method. */
  readonly flood: FloodGate;
  readonly pace: LearnedPace;
}

/** What is learned about one data centre and shared by all files that live there. */
export class DataCentre extends GateGroup {
  readonly id: number;
  readonly depth: AdaptiveDepth;
  readonly deadline = new AdaptiveDeadline();
  readonly partSize = new AdaptivePartSize();
  readonly admission: Admission;
  readonly breaker: CircuitBreaker;
  readonly flood: FloodGate;
  readonly pace: LearnedPace;
  readonly #clock: Clock;
  #timedOutAt = -1;
  #lostAt = -1;
  /** Requests under way. */
  underWay = 0;

  constructor(id: number, options: DataCentreOptions) {
    const { clock, random, name, maxDepth, flood, pace } = options;
    const breaker = new CircuitBreaker(clock, random, name);
    const admission = new Admission(clock, name);
    super([admission, breaker, flood, pace]);
    this.id = id;
    this.admission = admission;
    this.#clock = clock;
    this.breaker = breaker;
    this.flood = flood;
    this.pace = pace;
    this.depth = new AdaptiveDepth({
      max: maxDepth,
      initial: Math.min(8, maxDepth),
      min: Math.min(2, maxDepth),
    });
  }

  /** How many more requests may go out now. */
  get room(): number {
    if (this.closed()) return 0;
    return Math.min(this.depth.current, this.breaker.allowance) - this.underWay;
  }

  /** Something has failed there lately, so that its files may be under way for long. */
  get isTroubled(): boolean {
    const failedForMs = this.#clock.now() - this.breaker.failedAt;
    return failedForMs < TROUBLED_MS || this.admission.closedForMs > SLOW_ADMISSION_MS;
  }

  /** A part came, sent when `sentWith` requests were under way. */
  answered(part: AskedPart, sentWith: number): void {
    const { bytes, ms } = part;
    this.breaker.succeeded();
    this.deadline.answered(ms);
    this.partSize.answered(part);
    this.depth.answered(bytes, ms, sentWith, this.underWay);
  }

  /** A request (for a part of a file, if it says so) failed; learns from it what concerns the data centre as a whole. */
  failed(error: TadError, startedAt: number, part?: AskedPart): void {
    switch (error.code) {
      case 'unreachable':
        if (part !== undefined) this.#lost(startedAt);
        this.breaker.failed(startedAt);
        break;
      case 'timeout':
        if (part !== undefined) this.#timedOut(part, startedAt);
        this.breaker.failed(startedAt);
        break;
      case 'cancelled':
      case 'disk-full':
      case 'not-writable':
      case 'session-locked':
      case 'usage':
      case 'internal':
        // Of our own making: nobody was asked, or nobody's answer was at fault.
        break;
      default:
        // Whatever it says, somebody answered.
        this.breaker.succeeded();
    }
  }

  /** What was under way when the last connection went was lost with it. */
  #lost(startedAt: number): void {
    if (startedAt > this.#lostAt) this.depth.lost();
    this.#lostAt = this.#clock.now();
  }

  #timedOut(part: AskedPart, startedAt: number): void {
    // What was under way when the last one was given up is overdue for the same reason.
    if (startedAt > this.#timedOutAt) this.deadline.timedOut();
    this.#timedOutAt = this.#clock.now();
    this.partSize.timedOut(part);
  }

  flooded(error: FloodWaitError): void {
    const isFirst = this.flood.closed() === undefined;
    this.flood.report(error);
    if (isFirst) this.pace.flooded(error.seconds * 1000);
  }

  /** The machine was asleep or the network came back: look again now. */
  wake(): void {
    this.breaker.reset();
  }
}
