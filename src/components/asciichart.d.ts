/** The little of asciichart that is used here; the package carries no types. */
declare module 'asciichart' {
  const asciichart: {
    plot(
      series: readonly number[],
      options: {
        readonly height: number;
        readonly min: number;
        readonly max: number;
        readonly format: (value: number) => string;
        /** Ten: where the axis is met, the axis, two ends, level, and the corners and upright of a curve. */
        readonly symbols: string[];
      },
    ): string;
  };
  export default asciichart;
}
