/**
 * Arithmetic in the field of AES, GF(2^8) modulo x^8+x^4+x^3+x+1 (FIPS 197, section 4), and the same field seen as
 * pairs over GF(2^4), in which an inversion takes a few 16-entry look-ups: what a vector shuffle can do.
 */

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++) {
  EXP[i] = x;
  EXP[i + 255] = x;
  LOG[x] = i;
  x ^= double(x); // 3 = x+1 generates the multiplicative group
}

/** Multiplication by x. */
export function double(a: number): number {
  return ((a << 1) ^ (a & 0x80 ? 0x11b : 0)) & 0xff;
}

export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!;
}

/** The multiplicative inverse; 0 for 0, as AES has it. */
export function inverse(a: number): number {
  return a === 0 ? 0 : EXP[255 - LOG[a]!]!;
}

function power(a: number, n: number): number {
  return EXP[(LOG[a]! * n) % 255]!;
}

const rotateLeft = (a: number, n: number) => ((a << n) | (a >> (8 - n))) & 0xff;

/** The linear half of the S-box's affine map; the other half is XOR with 0x63. */
const affine = (b: number) => b ^ rotateLeft(b, 1) ^ rotateLeft(b, 2) ^ rotateLeft(b, 3) ^ rotateLeft(b, 4);

const inverseAffine = new Uint8Array(256);
for (let b = 0; b < 256; b++) inverseAffine[affine(b)] = b;

/** FIPS 197, section 5.1.1. */
export const SBOX: Readonly<Uint8Array> = Uint8Array.from(
  { length: 256 },
  (_, b) => affine(inverse(b)) ^ 0x63,
);

/** InvMixColumns: output row r is the sum over t of COEFFICIENTS[t] times input row r+t (FIPS 197, section 5.3.3). */
export const COEFFICIENTS = [14, 11, 13, 9] as const;

// GF(16) inside GF(256): the powers of an element of order 15, over the basis 1, g, g^2, g^3.
const g = power(3, 17);
const basis = [1, g, power(g, 2), power(g, 3)];
/** The field element that the nibble n stands for. */
export const NIBBLE_VALUE: readonly number[] = Array.from({ length: 16 }, (_, n) =>
  basis.reduce((sum, b, bit) => ((n >> bit) & 1 ? sum ^ b : sum), 0),
);
const nibbleOf = new Map(NIBBLE_VALUE.map((value, n) => [value, n]));

/** The nibble of a field element that lies in GF(16). */
export function nibble(value: number): number {
  const n = nibbleOf.get(value);
  if (n === undefined) throw new RangeError(`${value} does not lie in GF(16)`);
  return n;
}

/** GF(256) = GF(16)[alpha], alpha^2 = a·alpha + a. The first such pair is taken; any would do. */
function findTower(): { readonly a: number; readonly alpha: number } {
  for (let n = 1; n < 16; n++) {
    const a = NIBBLE_VALUE[n]!;
    for (let alpha = 0; alpha < 256; alpha++) {
      if (!nibbleOf.has(alpha) && (multiply(alpha, alpha) ^ multiply(a, alpha) ^ a) === 0)
        return { a, alpha };
    }
  }
  throw new Error('GF(256) has no quadratic tower over GF(16)');
}

const tower = findTower();
export const TOWER_A = tower.a;

/** Byte i<<4|k in the tower basis stands for k + i·alpha. */
const toTower = new Uint8Array(256);
for (let z = 0; z < 256; z++) {
  toTower[NIBBLE_VALUE[z & 15]! ^ multiply(NIBBLE_VALUE[z >> 4]!, tower.alpha)] = z;
}

/**
 * The linear map from a state byte (after XOR with 0x63) to the tower-basis byte whose inversion is the S-box's core:
 * InvSubBytes(b) = inverse(of the element that LAMBDA[b ^ 0x63] stands for).
 */
export const LAMBDA: Readonly<Uint8Array> = Uint8Array.from(
  { length: 256 },
  (_, b) => toTower[inverseAffine[b]!]!,
);

// With z = k + i·alpha, j = i+k, the shuffles compute p = 1/(1/i + a/k) + j and q = 1/(1/j + a/k) + i (with 1/0 taken as
// infinity and 1/infinity as 0). The inverse of z is then a sum of a linear function of 1/p and one of 1/q:
const conjugate = power(tower.alpha, 16);
const inverseA = inverse(tower.a);
const inverseA2 = multiply(inverseA, inverseA);

/** What 1/p contributes to the inverse. */
export const fromP = (p: number) =>
  multiply(p, inverseA) ^ multiply(multiply(p, inverseA) ^ multiply(p, inverseA2), conjugate);

/** What 1/q contributes to the inverse. */
export const fromQ = (q: number) => multiply(q, inverseA) ^ multiply(multiply(q, inverseA2), conjugate);
