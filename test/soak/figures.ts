const MB = 2 ** 20;

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
