import { constants, createPublicKey, publicEncrypt } from 'node:crypto';

/** The 2048-bit safe prime that Telegram's servers use; clients know it and need not test it. */
export const DH_PRIME = Buffer.from(
  'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db' +
    'fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64' +
    '2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41' +
    '0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4' +
    'e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf' +
    '6f4fadf034b10403119cd8e3b92fcc5b',
  'hex',
);

export const DH_GENERATOR = 3;

const PRIME = BigInt(`0x${DH_PRIME.toString('hex')}`);
const MARGIN = 1n << (2048n - 64n);

/** 256 bytes, big-endian. */
export function bigEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(512, '0'), 'hex');
}

/**
 * base^exponent mod DH_PRIME in about 2 ms. It is what OpenSSL's raw RSA does with the prime as its modulus; a
 * crypto.DiffieHellman would first spend 250 ms on testing the prime, and BigInt takes ten times as long.
 *
 * @param base below the prime, 256 bytes
 * @param exponent below the prime, at least 2
 */
export function powModPrime(base: Buffer, exponent: Buffer): Buffer {
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'RSA', n: DH_PRIME.toString('base64url'), e: exponent.toString('base64url') },
  });
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, base);
}

/**
 * The range that both sides must check: 2^(2048-64) < value < prime - 2^(2048-64).
 * https://core.telegram.org/mtproto/security_guidelines#g-a-and-g-b-validation
 */
export function isSafePublicValue(value: Buffer): boolean {
  const number = BigInt(`0x${value.toString('hex') || '0'}`);
  return number > MARGIN && number < PRIME - MARGIN;
}
