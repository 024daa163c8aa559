import { createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { bigEndian, DH_GENERATOR, DH_PRIME, isSafePublicValue, powModPrime } from '../mtproto/dh.js';

const derive = promisify(pbkdf2);
const PRIME = BigInt(`0x${DH_PRIME.toString('hex')}`);
const ITERATIONS = 100_000;

export interface PasswordSalts {
  readonly salt1: Buffer;
  readonly salt2: Buffer;
}

const sha256 = (...pieces: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const toBigInt = (value: Buffer): bigint => BigInt(`0x${value.toString('hex') || '0'}`);
const padded = (value: Buffer): Buffer => Buffer.concat([Buffer.alloc(256 - value.length), value]);

const G = bigEndian(BigInt(DH_GENERATOR));
const MULTIPLIER = toBigInt(sha256(DH_PRIME, G));

/**
 * v = g^x mod p, where x is the password hashed as
 * passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow says (https://core.telegram.org/api/srp).
 * About 100 ms, most of them off the main thread.
 */
export async function passwordVerifier(password: string, { salt1, salt2 }: PasswordSalts): Promise<Buffer> {
  const salted = (data: Uint8Array, salt: Uint8Array): Buffer => sha256(salt, data, salt);
  const first = salted(salted(Buffer.from(password), salt1), salt2);
  const x = salted(await derive(first, salt1, ITERATIONS, 64, 'sha512'), salt2);
  return powModPrime(G, x);
}

interface Challenge {
  readonly userId: bigint;
  readonly verifier: Buffer;
  readonly salts: PasswordSalts;
  readonly b: Buffer;
  readonly gB: Buffer;
}

export type SrpVerdict = 'right' | 'wrong' | 'unknown-id';

/** The server's side of SRP-6a, 2048 bits (https://core.telegram.org/api/srp#srp). Each challenge is good once. */
export class SrpChallenges {
  readonly #challenges = new Map<bigint, Challenge>();
  /** Challenges that are never answered must not pile up. */
  readonly #capacity = 256;

  issue(
    userId: bigint,
    verifier: Buffer,
    salts: PasswordSalts,
  ): { readonly id: bigint; readonly gB: Buffer } {
    const b = randomBytes(256);
    b[0] = 0; // below the prime
    const gB = bigEndian((MULTIPLIER * toBigInt(verifier) + toBigInt(powModPrime(G, b))) % PRIME);
    const id = randomBytes(8).readBigInt64LE();
    this.#challenges.set(id, { userId, verifier, salts, b, gB });
    const oldest = this.#challenges.keys().next();
    if (this.#challenges.size > this.#capacity && !oldest.done) this.#challenges.delete(oldest.value);
    return { id, gB };
  }

  check(userId: bigint, id: bigint, clientA: Buffer, proof: Buffer): SrpVerdict {
    const challenge = this.#challenges.get(id);
    if (challenge?.userId !== userId) return 'unknown-id';
    this.#challenges.delete(id);
    if (clientA.length > 256 || !isSafePublicValue(clientA)) return 'wrong';
    const expected = proofOf(challenge, padded(clientA));
    return proof.length === expected.length && timingSafeEqual(proof, expected) ? 'right' : 'wrong';
  }
}

/** M1 as a client that knows the password computes it. */
function proofOf({ verifier, salts, b, gB }: Challenge, gA: Buffer): Buffer {
  const u = sha256(gA, gB);
  const base = bigEndian((toBigInt(gA) * toBigInt(powModPrime(verifier, u))) % PRIME);
  const key = sha256(powModPrime(base, b));
  const hashOfPrime = sha256(DH_PRIME);
  const hashOfG = sha256(G);
  const mixed = hashOfPrime.map((byte, index) => byte ^ hashOfG[index]!);
  return sha256(mixed, sha256(salts.salt1), sha256(salts.salt2), gA, gB, key);
}
