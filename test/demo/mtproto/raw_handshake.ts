import { constants, createHash, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { int, long, RawClient, type RawKey, readString, string } from './raw_client.js';
import { hash, ige, messageAesV1, modPow, toBigInt, toBytes } from './raw_crypto.js';

/** What the client does otherwise than it should, or than today's clients do. */
export interface HandshakeTwist {
  readonly multi?: boolean;
  /** Padding of the time before RSA_PAD. */
  readonly oldPadding?: boolean;
  readonly dc?: number;
  /** Seconds; asks for a temporary key. */
  readonly expiresIn?: number;
  readonly wrongNonce?: 'offer' | 'conclude' | 'inner' | 'dh';
  readonly wrongFactors?: boolean;
  readonly wrongHash?: boolean;
  /** In place of a good g_b. */
  readonly gb?: bigint;
  readonly fingerprint?: bigint;
}

interface Answered {
  readonly constructorId: number;
  readonly hashIsRight: boolean;
  readonly key: RawKey;
}

/** The client's side of https://core.telegram.org/mtproto/auth_key; sets the client's key when it succeeds. */
export async function handshake(
  client: { key: RawKey | undefined; plain(body: Buffer): Promise<Buffer> },
  publicKeyPem: string,
  twist: HandshakeTwist = {},
): Promise<Answered> {
  const nonce = randomBytes(16);
  const wrong = randomBytes(16);
  const resPq = await client.plain(
    Buffer.concat([int(twist.multi === false ? 0x60469778 : 0xbe7e8ef1), nonce]),
  );
  if (resPq.readUInt32LE() !== 0x05162463 || !resPq.subarray(4, 20).equals(nonce)) throw new Error('resPQ');
  const serverNonce = resPq.subarray(20, 36);
  const pq = readString(resPq, 36);
  if (resPq.readBigInt64LE(pq.next + 8) !== fingerprintOf(publicKeyPem)) throw new Error('fingerprint');
  const [p, q] = factor(toBigInt(pq.value));
  const newNonce = randomBytes(32);
  const factors = twist.wrongFactors ? [minimal(q), minimal(p)] : [minimal(p), minimal(q)];
  const inner = Buffer.concat([
    int(innerId(twist)),
    string(pq.value),
    ...factors.map(string),
    twist.wrongNonce === 'inner' ? wrong : nonce,
    serverNonce,
    newNonce,
    ...(twist.dc === undefined ? [] : [int(twist.dc)]),
    ...(twist.expiresIn === undefined ? [] : [int(twist.expiresIn)]),
  ]);
  const encrypted = twist.oldPadding ? oldPad(inner, publicKeyPem) : rsaPad(inner, publicKeyPem);
  const dhParams = await client.plain(
    Buffer.concat([
      int(0xd712e4be),
      twist.wrongNonce === 'offer' ? wrong : nonce,
      serverNonce,
      string(factors[0]!),
      string(factors[1]!),
      long(twist.fingerprint ?? fingerprintOf(publicKeyPem)),
      string(encrypted),
    ]),
  );
  if (dhParams.readUInt32LE() !== 0xd0e8075c) throw new Error('server_DH_params_ok');
  const aes = nonceAes(serverNonce, newNonce);
  const { prime, g, ga } = openDhParams(
    ige.decrypt(readString(dhParams, 36).value, aes.key, aes.iv),
    nonce,
    serverNonce,
  );
  for (let retryId = 0n; ; ) {
    const b = toBigInt(randomBytes(256));
    const clientInner = Buffer.concat([
      int(0x6643b654),
      twist.wrongNonce === 'dh' ? wrong : nonce,
      serverNonce,
      long(retryId),
      string(toBytes(twist.gb ?? modPow(g, b, prime), 256)),
    ]);
    const proof = twist.wrongHash ? randomBytes(20) : hash('sha1', clientInner);
    const padded = Buffer.concat([proof, clientInner, randomBytes(-(20 + clientInner.length) & 15)]);
    const answer = await client.plain(
      Buffer.concat([
        int(0xf5045f1f),
        nonce,
        twist.wrongNonce === 'conclude' ? wrong : serverNonce,
        string(ige.encrypt(padded, aes.key, aes.iv)),
      ]),
    );
    const bytes = toBytes(modPow(ga, b, prime), 256);
    const auxHash = hash('sha1', bytes).subarray(0, 8);
    const constructorId = answer.readUInt32LE();
    const digit = constructorId === 0x46dc1fb9 ? 2 : 1;
    const expected = hash('sha1', newNonce, Buffer.of(digit), auxHash).subarray(4);
    const hashIsRight = answer.subarray(36, 52).equals(expected);
    retryId = auxHash.readBigInt64LE();
    if (digit === 2 && hashIsRight) continue;
    const key = { bytes, salt: newNonce.readBigInt64LE() ^ serverNonce.readBigInt64LE() };
    if (constructorId === 0x3bcbf734) client.key = key;
    return { constructorId, hashIsRight, key };
  }
}

/** A connection with a new key. */
export async function connected(
  port: number,
  publicKeyPem: string,
  twist?: HandshakeTwist,
): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await handshake(client, publicKeyPem, twist);
  return client;
}

/** auth.bindTempAuthKey over a client that holds the temporary key. @param lie written in place of the session id */
export function bindRequest(client: RawClient, permanent: RawKey, id: bigint, lie?: bigint): Buffer {
  if (client.key === undefined) throw new Error('no temporary key');
  const keyId = (key: RawKey): Buffer => hash('sha1', key.bytes).subarray(12, 20);
  const nonce = randomBytes(8);
  const expiresAt = int(Math.floor(Date.now() / 1000) + 3600);
  const content = Buffer.concat([
    randomBytes(16),
    long(id),
    int(0),
    int(40),
    int(0x75a3f765),
    nonce,
    keyId(client.key),
    keyId(permanent),
    long(lie ?? client.session.id),
    expiresAt,
  ]);
  const messageKey = hash('sha1', content).subarray(4, 20);
  const aes = messageAesV1(permanent.bytes, messageKey);
  const encrypted = ige.encrypt(Buffer.concat([content, randomBytes(8)]), aes.key, aes.iv);
  const message = Buffer.concat([keyId(permanent), messageKey, encrypted]);
  return Buffer.concat([int(0xcdd42a05), keyId(permanent), nonce, expiresAt, string(message)]);
}

function innerId({ dc, expiresIn }: HandshakeTwist): number {
  if (expiresIn === undefined) return dc === undefined ? 0x83c95aec : 0xa9f55f95;
  return dc === undefined ? 0x3c6a84d4 : 0x56fddf88;
}

function fingerprintOf(pem: string): bigint {
  const { n = '', e = '' } = createPublicKey(pem).export({ format: 'jwk' });
  const parts = [n, e].map((part) => string(Buffer.from(part, 'base64url')));
  return createHash('sha1').update(Buffer.concat(parts)).digest().readBigInt64LE(12);
}

const rsa = (data: Buffer, key: string): Buffer =>
  publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, data);

function rsaPad(data: Buffer, pem: string): Buffer {
  const padded = Buffer.concat([data, randomBytes(192 - data.length)]);
  for (;;) {
    const key = randomBytes(32);
    const withHash = Buffer.concat([Buffer.from(padded).reverse(), hash('sha256', key, padded)]);
    const encrypted = ige.encrypt(withHash, key, Buffer.alloc(32));
    const mask = hash('sha256', encrypted);
    const block = Buffer.concat([key.map((byte, i) => byte ^ mask[i]!), encrypted]);
    try {
      return rsa(block, pem);
    } catch {
      // Not below the modulus: the documentation says to try again.
    }
  }
}

function oldPad(data: Buffer, pem: string): Buffer {
  return rsa(Buffer.concat([Buffer.of(0), hash('sha1', data), data, randomBytes(235 - data.length)]), pem);
}

function nonceAes(serverNonce: Buffer, newNonce: Buffer): { key: Buffer; iv: Buffer } {
  const a = hash('sha1', newNonce, serverNonce);
  const b = hash('sha1', serverNonce, newNonce);
  const c = hash('sha1', newNonce, newNonce);
  return {
    key: Buffer.concat([a, b.subarray(0, 12)]),
    iv: Buffer.concat([b.subarray(12), c, newNonce.subarray(0, 4)]),
  };
}

function openDhParams(plaintext: Buffer, nonce: Buffer, serverNonce: Buffer) {
  const data = plaintext.subarray(20);
  const prime = readString(data, 40);
  const ga = readString(data, prime.next);
  if (!hash('sha1', data.subarray(0, ga.next + 4)).equals(plaintext.subarray(0, 20))) throw new Error('sha1');
  if (data.readUInt32LE() !== 0xb5890dba) throw new Error('server_DH_inner_data');
  if (!data.subarray(4, 36).equals(Buffer.concat([nonce, serverNonce]))) throw new Error('nonces');
  if (Math.abs(data.readUInt32LE(ga.next) - Date.now() / 1000) > 5) throw new Error('server time');
  return { g: BigInt(data.readUInt32LE(36)), prime: toBigInt(prime.value), ga: toBigInt(ga.value) };
}

/** Pollard's rho. */
function factor(pq: bigint): [bigint, bigint] {
  for (let c = 1n; ; c++) {
    let slow = 2n;
    let fast = 2n;
    let divisor = 1n;
    while (divisor === 1n) {
      slow = (slow * slow + c) % pq;
      fast = (fast * fast + c) % pq;
      fast = (fast * fast + c) % pq;
      divisor = gcd(slow > fast ? slow - fast : fast - slow, pq);
    }
    if (divisor === pq) continue;
    const other = pq / divisor;
    return divisor < other ? [divisor, other] : [other, divisor];
  }
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function minimal(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
