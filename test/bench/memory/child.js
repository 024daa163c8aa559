// What the measuring processes share: they print one line of JSON.

export function report(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/**
 * Nanoseconds of processor time so far, of all threads: what a library makes the collector do is its cost. Not of the clock
 * on the wall: what else runs on the machine would be counted.
 */
export function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Nanoseconds per call of `work`, which does `count` of them. */
export function nanoseconds(count, work) {
  const started = processorTime();
  work();
  return (processorTime() - started) / count;
}

/** Bytes that live after forced collections: the heap's and those outside of it. */
export async function liveBytes() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    // Finalisers and freed pages are dealt with in later tasks.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
