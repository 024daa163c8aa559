import { checkPrimeSync } from 'node:crypto';

export interface Semiprime {
  /** Big-endian, without leading zero bytes, as the handshake sends them. */
  readonly pq: Buffer;
  readonly p: Buffer;
  readonly q: Buffer;
}

/**
 * The client's proof of work: a product of two different primes p < q, below 2^63.
 * https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
 *
 * @param random gives that many random bytes
 */
export function randomSemiprime(random: (length: number) => Buffer): Semiprime {
  const first = randomPrime(random);
  let second = randomPrime(random);
  while (second === first) second = randomPrime(random);
  const [p, q] = first < second ? [first, second] : [second, first];
  return { pq: minimal(p * q), p: minimal(p), q: minimal(q) };
}

/** Of 30 bits. */
function randomPrime(random: (length: number) => Buffer): bigint {
  for (;;) {
    const candidate = BigInt((random(4).readUInt32LE() & 0x3fff_ffff) | 0x2000_0001);
    if (checkPrimeSync(candidate)) return candidate;
  }
}

function minimal(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
