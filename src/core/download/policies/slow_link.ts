/** Less than this in a deadline's time is keep-alive, not a file. */
const FLOWING_BYTES = 4 * 1024;
/** Answers come roughly in the order of the requests. When so many times as much has come, this one was lost. */
const SURELY_PASSED = 2;

/**
 * Tells a slow link from a dead one and from an answer that was lost, when a deadline is over: the answer may still come as
 * long as bytes come, unless twice as many have come as were asked for up to it. So on a slow link nothing is asked for twice.
 *
 * @param received bytes that came over the wire so far, modulo 2^32; undefined when nobody counts them
 * @param askedBytes what was asked for and had not come when the request was sent, itself included
 * @returns whether to wait on, to be asked at each end of the deadline
 */
export function slowLink(received: () => number | undefined, askedBytes: number): () => boolean {
  const start = received();
  let last = start;
  return () => {
    const now = received();
    if (start === undefined || last === undefined || now === undefined) return false;
    const isFlowing = distance(last, now) >= FLOWING_BYTES;
    last = now;
    return isFlowing && distance(start, now) < SURELY_PASSED * askedBytes;
  };
}

/** Bytes between two readings of a counter modulo 2^32. */
export const distance = (from: number, to: number) => (to - from) >>> 0;
