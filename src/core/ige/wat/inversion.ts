import { and, type Expression, type FunctionBuilder, lookUp, shiftRight4, xor } from './function_builder.js';

/** Gives the expression that reads a table; each use is a load of its own, which costs less than a register. */
export type TableReader<Name extends string> = (name: Name) => Expression;

type InversionTable = 'low' | 'aOver' | 'inverse';

/** The high and the low nibbles of a vector. */
export function split(
  f: FunctionBuilder,
  value: Expression,
  low: Expression,
): { readonly high: Expression; readonly low: Expression } {
  const shifted = f.let(shiftRight4(value));
  const lowNibbles = f.let(and(value, low));
  return { high: f.let(and(shifted, low)), low: lowNibbles };
}

/**
 * The inversion in GF(256), 16 bytes at a time, up to the last step: gives p and q of which the inverse is a linear function
 * of 1/p and 1/q (galois.ts). That step is left to the tables that come next, so it costs nothing.
 * The vectors are worked in step, so that the machine always has independent work.
 */
export function invert(
  f: FunctionBuilder,
  values: readonly Expression[],
  table: TableReader<InversionTable>,
): readonly { readonly p: Expression; readonly q: Expression }[] {
  const low = table('low');
  const aOver = table('aOver');
  const inverse = table('inverse');
  const halves = values.map((value) => {
    const { high: i, low: k } = split(f, value, low);
    const aOverK = f.let(lookUp(aOver, k));
    const j = f.let(xor(i, k));
    return { i, j, aOverK, overI: f.let(lookUp(inverse, i)), overJ: f.let(lookUp(inverse, j)) };
  });
  const sums = halves.map(
    ({ overI, overJ, aOverK }) => [f.let(xor(overI, aOverK)), f.let(xor(overJ, aOverK))] as const,
  );
  const inverses = sums.map(([a, b]) => [f.let(lookUp(inverse, a)), f.let(lookUp(inverse, b))] as const);
  return halves.map(({ i, j }, n) => {
    const [a, b] = inverses[n]!;
    return { p: f.let(xor(a, j)), q: f.let(xor(b, i)) };
  });
}
