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
      },
    ): string;
  };
  export default asciichart;
}
