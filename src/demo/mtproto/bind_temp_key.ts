import type { AuthKey, AuthKeys } from './auth_keys.js';
import { ID } from './constructors.js';
import { decryptV1 } from './message_crypto.js';
import { RpcError } from './rpc.js';
import { TlReader } from './tl.js';

/** Where and how auth.bindTempAuthKey arrived: its proof must say the same. */
export interface BindRequest {
  /** The key it came over. */
  readonly key: AuthKey;
  readonly dcId: number;
  readonly sessionId: bigint;
  readonly messageId: bigint;
  readonly body: Buffer;
  /** Unix seconds. */
  readonly now: number;
}

/** random:int128 message_id:long seqno:int length:int, then bind_auth_key_inner. */
const HEADER = 32;
const INNER = 40;

/**
 * auth.bindTempAuthKey (https://core.telegram.org/method/auth.bindTempAuthKey): binds the temporary key to a permanent
 * one of the same data centre, once the caller has shown that it holds both.
 *
 * @throws RpcError TEMP_AUTH_KEY_EMPTY, ENCRYPTED_MESSAGE_INVALID, EXPIRES_AT_INVALID, TEMP_AUTH_KEY_ALREADY_BOUND
 */
export function bindTempAuthKey(keys: AuthKeys, request: BindRequest): void {
  const { key, now } = request;
  if (!key.isTemporary) throw new RpcError(400, 'TEMP_AUTH_KEY_EMPTY');
  const reader = new TlReader(request.body, 4);
  const permanentId = reader.raw(8);
  const nonce = reader.long();
  const expiresAt = reader.int32();
  const proof = reader.string();
  const permanent = keys.find(request.dcId, permanentId.toString('hex'), now);
  const isProven =
    permanent !== undefined &&
    !permanent.isTemporary &&
    proof.subarray(0, 8).equals(permanentId) &&
    proves(proof, permanent, request, nonce, expiresAt);
  if (!isProven) throw new RpcError(400, 'ENCRYPTED_MESSAGE_INVALID');
  if (expiresAt <= now) throw new RpcError(400, 'EXPIRES_AT_INVALID');
  if (key.boundTo !== undefined && key.boundTo !== permanent.hexId)
    throw new RpcError(400, 'TEMP_AUTH_KEY_ALREADY_BOUND');
  keys.bind(key, permanent.hexId);
}

/** https://core.telegram.org/constructor/bind_auth_key_inner */
function proves(
  proof: Buffer,
  permanent: AuthKey,
  request: BindRequest,
  nonce: bigint,
  expiresAt: number,
): boolean {
  if (proof.length < 24) return false;
  const plaintext = decryptV1(permanent.bytes, proof.subarray(8, 24), proof.subarray(24), HEADER + INNER);
  if (plaintext === undefined) return false;
  const reader = new TlReader(plaintext, 16);
  return (
    reader.long() === request.messageId &&
    reader.int32() === 0 &&
    reader.int32() === INNER &&
    reader.uint32() === ID.bindAuthKeyInner &&
    reader.long() === nonce &&
    reader.raw(8).equals(request.key.id) &&
    reader.raw(8).equals(permanent.id) &&
    reader.long() === request.sessionId &&
    reader.int32() === expiresAt
  );
}
