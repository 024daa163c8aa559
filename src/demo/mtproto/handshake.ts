import { AuthKey } from './auth_keys.js';
import { ID } from './constructors.js';
import { bigEndian, DH_GENERATOR, DH_PRIME, isSafePublicValue, powModPrime } from './dh.js';
import { igeDecrypt, igeEncrypt } from './ige.js';
import { type InnerData, openInnerData } from './inner_data.js';
import { type AesKey, handshakeKey, sha1 } from './message_crypto.js';
import type { RsaKey } from './rsa_key.js';
import { randomSemiprime, type Semiprime } from './semiprime.js';
import { TlReader, tl } from './tl.js';
import { TransportError } from './transport_error.js';

export interface HandshakeEnvironment {
  readonly dcId: number;
  readonly rsaKey: RsaKey;
  /** That many random bytes. */
  random(length: number): Buffer;
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether a key of this id exists already: then the client must choose another b. */
  isTaken(hexId: string): boolean;
  /** The key is agreed upon. */
  accept(key: AuthKey): void;
}

interface Challenge {
  readonly nonce: Buffer;
  readonly serverNonce: Buffer;
  readonly semiprime: Semiprime;
}

interface Agreement extends Challenge {
  readonly inner: InnerData;
  readonly aes: AesKey;
  /** The server's secret exponent. */
  readonly a: Buffer;
  /** The aux hash of the key refused last; zero before that. */
  readonly retryId: bigint;
}

/** Temporary keys live at most this long, in seconds. */
const LONGEST_TEMPORARY = 7 * 86400;

/**
 * The server's side of the key exchange of one connection (https://core.telegram.org/mtproto/auth_key). Every nonce
 * and value that comes back is verified; what does not fit ends it with transport error 404, a wrong data centre with 444.
 */
export class Handshake {
  readonly #env: HandshakeEnvironment;
  #challenge: Challenge | undefined;
  #agreement: Agreement | undefined;

  constructor(environment: HandshakeEnvironment) {
    this.#env = environment;
  }

  /**
   * @param body one unencrypted message
   * @returns the answer's body
   * @throws TransportError or TlError: the connection is of no more use
   */
  answer(body: Buffer): Buffer | undefined {
    const reader = new TlReader(body);
    switch (reader.uint32()) {
      case ID.reqPq:
      case ID.reqPqMulti:
        return this.#begin(reader);
      case ID.reqDhParams:
        return this.#offer(reader);
      case ID.setClientDhParams:
        return this.#conclude(reader);
      case ID.msgsAck:
        return undefined;
      default:
        throw new TransportError(404);
    }
  }

  #begin(reader: TlReader): Buffer {
    const nonce = Buffer.from(reader.raw(16));
    const serverNonce = this.#env.random(16);
    const semiprime = randomSemiprime(this.#env.random);
    this.#challenge = { nonce, serverNonce, semiprime };
    return tl.object(
      ID.resPq,
      nonce,
      serverNonce,
      tl.string(semiprime.pq),
      ID.vector,
      1,
      this.#env.rsaKey.fingerprint,
    );
  }

  #offer(reader: TlReader): Buffer {
    const challenge = this.#challenge;
    if (challenge === undefined || !bearsNonces(reader, challenge)) throw new TransportError(404);
    const p = reader.string();
    const q = reader.string();
    const fingerprint = reader.long();
    const inner = openInnerData(this.#env.rsaKey, reader.string());
    const { semiprime } = challenge;
    const proven =
      inner !== undefined &&
      fingerprint === this.#env.rsaKey.fingerprint &&
      [p, inner.p].every((value) => value.equals(semiprime.p)) &&
      [q, inner.q].every((value) => value.equals(semiprime.q)) &&
      inner.pq.equals(semiprime.pq) &&
      inner.nonce.equals(challenge.nonce) &&
      inner.serverNonce.equals(challenge.serverNonce) &&
      (inner.expiresIn === undefined || (inner.expiresIn > 0 && inner.expiresIn <= LONGEST_TEMPORARY));
    if (!proven) throw new TransportError(404);
    if (inner.dc !== undefined && Math.abs(inner.dc) % 10_000 !== this.#env.dcId)
      throw new TransportError(444);
    this.#challenge = undefined;
    const { secret, publicValue } = this.#secret();
    const aes = handshakeKey(challenge.serverNonce, inner.newNonce);
    this.#agreement = { ...challenge, inner, aes, a: secret, retryId: 0n };
    const data = tl.object(
      ID.serverDhInnerData,
      challenge.nonce,
      challenge.serverNonce,
      DH_GENERATOR,
      tl.string(DH_PRIME),
      tl.string(publicValue),
      Math.floor(this.#env.now() / 1000),
    );
    const padding = this.#env.random(-(20 + data.length) & 15);
    const answer = Buffer.concat([sha1(data), data, padding]);
    igeEncrypt(aes.key, aes.iv, answer, 0, answer.length);
    return tl.object(ID.serverDhParamsOk, challenge.nonce, challenge.serverNonce, tl.string(answer));
  }

  #secret(): { secret: Buffer; publicValue: Buffer } {
    for (;;) {
      const secret = this.#env.random(256);
      secret[0]! &= 0x7f;
      const publicValue = powModPrime(bigEndian(BigInt(DH_GENERATOR)), secret);
      if (isSafePublicValue(publicValue)) return { secret, publicValue };
    }
  }

  #conclude(reader: TlReader): Buffer {
    const agreement = this.#agreement;
    if (agreement === undefined || !bearsNonces(reader, agreement)) throw new TransportError(404);
    const { inner, nonce, serverNonce } = agreement;
    const gb = openClientDhInnerData(reader.string(), agreement);
    const reply = (constructorId: number, digit: number, auxHash: Buffer): Buffer =>
      tl.object(
        constructorId,
        nonce,
        serverNonce,
        sha1(inner.newNonce, Buffer.of(digit), auxHash).subarray(4, 20),
      );
    if (gb.length > 256 || !isSafePublicValue(gb)) {
      this.#agreement = undefined;
      return reply(ID.dhGenFail, 3, Buffer.alloc(8));
    }
    const padded = Buffer.concat([Buffer.alloc(256 - gb.length), gb]);
    const bytes = powModPrime(padded, agreement.a);
    const auxHash = sha1(bytes).subarray(0, 8);
    const createdAt = Math.floor(this.#env.now() / 1000);
    const salt = inner.newNonce.readBigInt64LE() ^ serverNonce.readBigInt64LE();
    const key = new AuthKey({
      dcId: this.#env.dcId,
      key: bytes.toString('base64'),
      firstSalt: String(salt),
      createdAt,
      ...(inner.expiresIn !== undefined && { expiresAt: createdAt + inner.expiresIn }),
    });
    if (this.#env.isTaken(key.hexId)) {
      this.#agreement = { ...agreement, retryId: auxHash.readBigInt64LE() };
      return reply(ID.dhGenRetry, 2, auxHash);
    }
    this.#agreement = undefined;
    this.#env.accept(key);
    return reply(ID.dhGenOk, 1, auxHash);
  }
}

function bearsNonces(reader: TlReader, expected: { nonce: Buffer; serverNonce: Buffer }): boolean {
  return reader.raw(16).equals(expected.nonce) && reader.raw(16).equals(expected.serverNonce);
}

/** @returns g_b as the client wrote it */
function openClientDhInnerData(encrypted: Buffer, agreement: Agreement): Buffer {
  if (encrypted.length % 16 !== 0 || encrypted.length > 1024) throw new TransportError(404);
  const { key, iv } = agreement.aes;
  const plaintext = igeDecrypt(key, iv, encrypted);
  const reader = new TlReader(plaintext, 20);
  reader.expect(ID.clientDhInnerData);
  const known = bearsNonces(reader, agreement) && reader.long() === agreement.retryId;
  const gb = reader.string();
  const data = plaintext.subarray(20, reader.position);
  if (!known || !sha1(data).equals(plaintext.subarray(0, 20))) throw new TransportError(404);
  return gb;
}
