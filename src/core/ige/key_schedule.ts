import { COEFFICIENTS, double, LAMBDA, multiply, SBOX } from './galois.js';
import { FRAMES } from './tables.js';

export const ROUNDS = 14;
/** Bytes of an AES-256 key schedule: ROUNDS + 1 keys of 16 bytes. */
export const SCHEDULE_BYTES = 16 * (ROUNDS + 1);

const mixTable = COEFFICIENTS.map((c) => Uint8Array.from({ length: 256 }, (_, b) => multiply(c, b)));

/**
 * The round keys of AES-256's equivalent inverse cipher, in the order in which decryption uses them (FIPS 197, sections
 * 5.2 and 5.3.5), written to `out`.
 * @param key 32 bytes
 */
export function expandDecryptionKey(key: Uint8Array, out: Uint8Array): void {
  const forward = scratch;
  forward.set(key);
  for (let i = 32, rcon = 1; i < SCHEDULE_BYTES; i += 4) {
    let a = forward[i - 4]!;
    let b = forward[i - 3]!;
    let c = forward[i - 2]!;
    let d = forward[i - 1]!;
    if (i % 32 === 0) {
      const first = a;
      a = SBOX[b]! ^ rcon;
      b = SBOX[c]!;
      c = SBOX[d]!;
      d = SBOX[first]!;
      rcon = double(rcon);
    } else if (i % 32 === 16) {
      a = SBOX[a]!;
      b = SBOX[b]!;
      c = SBOX[c]!;
      d = SBOX[d]!;
    }
    forward[i] = forward[i - 32]! ^ a;
    forward[i + 1] = forward[i - 31]! ^ b;
    forward[i + 2] = forward[i - 30]! ^ c;
    forward[i + 3] = forward[i - 29]! ^ d;
  }
  const [m14, m11, m13, m9] = mixTable as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  for (let round = 0; round <= ROUNDS; round++) {
    const mixed = round !== 0 && round !== ROUNDS;
    for (let column = 0; column < 4; column++) {
      const source = (ROUNDS - round) * 16 + 4 * column;
      const target = round * 16 + 4 * column;
      for (let row = 0; row < 4; row++) {
        out[target + row] = mixed
          ? m14[forward[source + row]!]! ^
            m11[forward[source + ((row + 1) & 3)]!]! ^
            m13[forward[source + ((row + 2) & 3)]!]! ^
            m9[forward[source + ((row + 3) & 3)]!]!
          : forward[source + row]!;
      }
    }
  }
}

const scratch = new Uint8Array(SCHEDULE_BYTES);
const plain = new Uint8Array(SCHEDULE_BYTES);

/**
 * The schedule as the one-vector-per-message kernel wants it: the first key takes the S-box constant along, the middle ones are
 * in the tower basis and in the frame that ShiftRows has rotated the state into by then, the last is as it is.
 * @param out SCHEDULE_BYTES bytes
 */
export function writeStateKeys(key: Uint8Array, out: Uint8Array): void {
  expandDecryptionKey(key, plain);
  for (let j = 0; j < 16; j++) {
    out[j] = plain[j]! ^ 0x63;
    out[16 * ROUNDS + j] = plain[16 * ROUNDS + j]!;
  }
  for (let round = 1; round < ROUNDS; round++) {
    const frame = FRAMES[round]!;
    for (let j = 0; j < 16; j++) out[16 * round + j] = LAMBDA[plain[16 * round + frame[j]!]! ^ 0x63]!;
  }
}

/**
 * The schedule of message `slot` (0 to 3) of a row-sliced group: byte 4·slot+c of row vector r belongs to column c. Rows are
 * vectors of their own there, so ShiftRows needs no frame.
 * @param out 4 · SCHEDULE_BYTES bytes, of which every fourth group of four is written
 */
export function writeRowKeys(key: Uint8Array, slot: number, out: Uint8Array): void {
  expandDecryptionKey(key, plain);
  for (let round = 0; round <= ROUNDS; round++) {
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        const byte = plain[16 * round + 4 * column + row]!;
        out[64 * round + 16 * row + 4 * slot + column] =
          round === 0 ? byte ^ 0x63 : round === ROUNDS ? byte : LAMBDA[byte ^ 0x63]!;
      }
    }
  }
}
