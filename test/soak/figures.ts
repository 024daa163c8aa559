const MB = 2 ** 20;

/**
 * Node's options in a soak: a heap that cannot hide growth behind room to spare. V8 sizes the young generation by
 * throughput, up to 128 MB, so that without a bound resident memory says more of the machine's load than of the program.
 */
export const HEAP_LIMITS = ['--max-old-space-size=128', '--max-semi-space-size=8'] as const;

/** Resident memory when so much of the work was done. */
export interface RssSample {
  readonly done: number;
  readonly rssBytes: number;
}

/** The middle value of a quarter's samples, for each of the four quarters of the work; bytes. */
export function quarters(samples: readonly RssSample[], total: number): readonly number[] {
  return [0, 1, 2, 3].map((quarter) => {
    const inside = samples
      .filter(({ done }) => done > (total * quarter) / 4 && done <= (total * (quarter + 1)) / 4)
      .map(({ rssBytes }) => rssBytes)
      .sort((a, b) => a - b);
    return inside[Math.floor(inside.length / 2)] ?? 0;
  });
}

export function inMb(bytes: number): string {
  return `${(bytes / MB).toFixed(0)} MB`;
}

/** Said on stderr, past the test runner: a soak is run for its figures. */
export function tell(title: string, fields: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  process.stderr.write(`${title}: ${text.join(', ')}\n`);
}
