import { ID } from './constructors.js';
import { igeDecrypt } from './ige.js';
import { sha1, sha256 } from './message_crypto.js';
import type { RsaKey } from './rsa_key.js';
import { TlError, TlReader } from './tl.js';

/** p_q_inner_data and its variants: https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication */
export interface InnerData {
  readonly pq: Buffer;
  readonly p: Buffer;
  readonly q: Buffer;
  readonly nonce: Buffer;
  readonly serverNonce: Buffer;
  readonly newNonce: Buffer;
  /** As the client wrote it: +10000 for test, negative for media data centres. */
  readonly dc?: number;
  /** Seconds; makes it a temporary key. */
  readonly expiresIn?: number;
}

/**
 * Opens the encrypted_data of req_DH_params, in today's padding (RSA_PAD) or the older one with SHA1 that some clients
 * still send; undefined when it is neither, or not for this key.
 */
export function openInnerData(rsa: RsaKey, encrypted: Buffer): InnerData | undefined {
  const block = rsa.decrypt(encrypted);
  if (block === undefined) return undefined;
  try {
    return openPadded(block) ?? openOldPadding(block);
  } catch (error) {
    if (error instanceof TlError) return undefined;
    throw error;
  }
}

function openPadded(block: Buffer): InnerData | undefined {
  const encrypted = block.subarray(32);
  const hash = sha256(encrypted);
  const key = Buffer.from(block.subarray(0, 32).map((byte, i) => byte ^ hash[i]!));
  const content = igeDecrypt(key, Buffer.alloc(32), encrypted);
  const data = Buffer.from(content.subarray(0, 192)).reverse();
  if (!sha256(key, data).equals(content.subarray(192))) return undefined;
  return readInnerData(new TlReader(data));
}

function openOldPadding(block: Buffer): InnerData | undefined {
  if (block[0] !== 0) return undefined;
  const reader = new TlReader(block.subarray(21));
  const inner = readInnerData(reader);
  return sha1(reader.bytes.subarray(0, reader.position)).equals(block.subarray(1, 21)) ? inner : undefined;
}

function readInnerData(reader: TlReader): InnerData | undefined {
  const id = reader.uint32();
  const hasDc = id === ID.pqInnerDataDc || id === ID.pqInnerDataTempDc;
  const isTemporary = id === ID.pqInnerDataTemp || id === ID.pqInnerDataTempDc;
  if (!hasDc && !isTemporary && id !== ID.pqInnerData) return undefined;
  return {
    pq: reader.string(),
    p: reader.string(),
    q: reader.string(),
    nonce: reader.raw(16),
    serverNonce: reader.raw(16),
    newNonce: reader.raw(32),
    ...(hasDc && { dc: reader.int32() }),
    ...(isTemporary && { expiresIn: reader.int32() }),
  };
}
