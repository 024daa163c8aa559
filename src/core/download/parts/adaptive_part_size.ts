import { MAX_PART_BYTES } from './part_size.js';

const SMALLEST_BYTES = 32 * 1024;
const TOO_LONG_MS = 4_000;
const SHORT_MS = 1_000;
/** Less than this is service messages: the link was silent, not slow. */
const FLOWING_BYTES = 4 * 1024;

/** One part that was asked for. */
export interface AskedPart {
  readonly bytes: number;
  /** From the request until the answer, or until it was given up. */
  readonly ms: number;
  /** What came over the wire meanwhile, whatever it belonged to; undefined when nobody counts it. */
  readonly received: number | undefined;
}

/**
 * The largest part to ask a data centre for: halved when one of that size takes the link more than four seconds by itself,
 * doubled when it takes it less than one. On a link of 50 KB/s a part of 1 MB would take twenty seconds, with nothing
 * to be seen meanwhile and all of it lost when the connection breaks. How long an answer took says little about that: it
 * may have waited for others, for a connection, or have been lost where much came otherwise; so what the link
 * brought in the meantime is the measure. Answers to larger parts that were asked for before say nothing new.
 */
export class AdaptivePartSize {
  #bytes = MAX_PART_BYTES;

  /** A power of two, from 32 KB to 1 MB. */
  get currentBytes(): number {
    return this.#bytes;
  }

  answered(part: AskedPart): void {
    if (part.bytes !== this.#bytes) return;
    const ms = linkMs({ ...part, received: part.received ?? part.bytes });
    if (ms > TOO_LONG_MS) this.#halve();
    else if (ms < SHORT_MS) this.#bytes = Math.min(MAX_PART_BYTES, this.#bytes * 2);
  }

  /** The part did not come in time. */
  timedOut(part: AskedPart): void {
    if (part.bytes !== this.#bytes) return;
    const isSilent = part.received !== undefined && part.received < FLOWING_BYTES;
    if (!isSilent && linkMs(part) > TOO_LONG_MS) this.#halve();
  }

  #halve(): void {
    this.#bytes = Math.max(SMALLEST_BYTES, this.#bytes / 2);
  }
}

/** How long the part takes by itself at the pace at which the link brought what it brought. */
function linkMs({ bytes, ms, received = 0 }: AskedPart): number {
  return received === 0 ? Number.POSITIVE_INFINITY : (bytes * ms) / received;
}
