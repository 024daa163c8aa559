const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The newest values of something, as many as fit into the trend that shows them. */
export class Trend {
  readonly #values: number[] = [];

  constructor(readonly capacity: number) {}

  push(value: number): void {
    this.#values.push(value);
    if (this.#values.length > this.capacity) this.#values.shift();
  }

  get values(): readonly number[] {
    return this.#values;
  }
}

/** One block per value, from 0 to `top` or, without it, to the greatest value. */
export function sparkline(values: readonly number[], top = Math.max(...values, 0)): string {
  return values
    .map((value) => {
      const step = top > 0 ? Math.round((value / top) * (BLOCKS.length - 1)) : 0;
      return BLOCKS[Math.min(Math.max(step, 0), BLOCKS.length - 1)];
    })
    .join('');
}
