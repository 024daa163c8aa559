import {
  COEFFICIENTS,
  fromP,
  fromQ,
  inverse,
  LAMBDA,
  multiply,
  NIBBLE_VALUE,
  nibble,
  TOWER_A,
} from './galois.js';

/** Sixteen bytes: a look-up table for a nibble, or a permutation of a vector's bytes. */
export type Vector = readonly number[];

const vector = (f: (n: number) => number): Vector => Array.from({ length: 16 }, (_, n) => f(n));

/** A shuffle index with bit 7 set selects nothing and gives 0: the role of infinity's inverse. */
const INFINITY = 0x80;

const lastP = vector((n) => fromP(inverse(NIBBLE_VALUE[n]!)));
const lastQ = vector((n) => fromQ(inverse(NIBBLE_VALUE[n]!)));
const scaledP = (c: number) => vector((n) => LAMBDA[multiply(c, lastP[n]!)]!);
const scaledQ = (c: number) => vector((n) => LAMBDA[multiply(c, lastQ[n]!)]!);

/** Tables that both kernels use, by name. See galois.ts for p, q and the tower basis. */
const shared = {
  low: vector(() => 15),
  inverse: vector((n) => (n === 0 ? INFINITY : nibble(inverse(NIBBLE_VALUE[n]!)))),
  aOver: vector((n) => (n === 0 ? INFINITY : nibble(multiply(TOWER_A, inverse(NIBBLE_VALUE[n]!))))),
  /** Last round: straight to the standard basis. */
  lastP,
  lastQ,
  /** Into the tower basis. */
  towerLow: vector((n) => LAMBDA[n]!),
  towerHigh: vector((n) => LAMBDA[n << 4]!),
  /** The product with each coefficient of InvMixColumns. */
  p0: scaledP(COEFFICIENTS[0]),
  q0: scaledQ(COEFFICIENTS[0]),
  p1: scaledP(COEFFICIENTS[1]),
  q1: scaledQ(COEFFICIENTS[1]),
  p2: scaledP(COEFFICIENTS[2]),
  q2: scaledQ(COEFFICIENTS[2]),
  p3: scaledP(COEFFICIENTS[3]),
  q3: scaledQ(COEFFICIENTS[3]),
};

/** out[j] = in[p[j]]: first `a`, then `b`. */
const compose = (a: Vector, b: Vector) => vector((j) => a[b[j]!]!);
const invert = (p: Vector) => {
  const inverted: number[] = [];
  for (const [j, v] of p.entries()) inverted[v] = j;
  return inverted;
};
/** InvShiftRows: row r moves r columns to the right; byte j of a state is row j%4 of column j/4. */
const shiftRows = vector((j) => 4 * (((j >> 2) - (j & 3)) & 3) + (j & 3));
const rotateColumn = (t: number) => vector((j) => (j & ~3) | ((j + t) & 3));

/**
 * The state kernel never shifts rows: it lets the state drift, and FRAMES[r] says where each byte stands after r rounds. The
 * drift repeats every four rounds.
 */
export const FRAMES: readonly Vector[] = (() => {
  const frames = [vector((j) => j)];
  for (let round = 1; round <= 13; round++) frames.push(compose(frames[round - 1]!, invert(shiftRows)));
  return frames;
})();

/** In round r, brings the byte t rows further down the column to each place. */
const neighbour = (round: number, t: number) =>
  compose(compose(invert(FRAMES[round]!), rotateColumn(t)), FRAMES[round]!);

/** Tables of the kernel with one vector per message. */
export const STATE_TABLES = {
  ...shared,
  /** Undoes the drift after the last round. */
  unframe: compose(invert(FRAMES[13]!), shiftRows),
} as const satisfies Record<string, Vector>;

/** Three permutations per round, rounds 1 to 13, in the order in which the rolled loop reads them. */
export const NEIGHBOURS: readonly Vector[] = Array.from({ length: 13 }, (_, i) =>
  [1, 2, 3].map((t) => neighbour(i + 1, t)),
).flat();

const rowShift = (r: number) => vector((j) => (j & ~3) | (((j & 3) - r) & 3));

/** Tables of the row-sliced kernel, four messages together. */
export const ROW_TABLES = {
  ...shared,
  shift1: rowShift(1),
  shift2: rowShift(2),
  shift3: rowShift(3),
  /** Groups a state's bytes by row instead of by column; its own inverse. */
  transpose: vector((j) => 4 * (j & 3) + (j >> 2)),
} as const satisfies Record<string, Vector>;

export type StateTable = keyof typeof STATE_TABLES;
export type RowTable = keyof typeof ROW_TABLES;
