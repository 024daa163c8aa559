/** What the MTProto layer knows of a call when it hands it to the API: all wrappers are off. */
export interface CallContext {
  readonly dcId: number;
  /** The permanent key's id, hex; also when the call came over a temporary key bound to it. */
  readonly authKeyId: string;
  /** Hex. */
  readonly sessionId: string;
  /** As the client said in invokeWithLayer; 198 when it never did. */
  readonly layer: number;
  /** False inside invokeWithoutUpdates. */
  readonly wantsUpdates: boolean;
}

/**
 * A result's TL bytes; several pieces are written one after the other without being joined first. They belong to the
 * MTProto layer from then on, which may keep them until the client acknowledges: write into none of them again.
 */
export type RpcAnswer = Buffer | readonly Buffer[];

/** The API behind the MTProto layer. */
export interface RpcService {
  /**
   * @param body the request itself, beginning with its constructor id: invokeWithLayer, initConnection,
   *   invokeWithoutUpdates, invokeAfterMsg(s) and gzip_packed have been taken off
   * @throws RpcError to be sent as rpc_error; anything else becomes 500 INTERNAL and is logged
   */
  call(context: CallContext, body: Buffer): RpcAnswer | Promise<RpcAnswer>;
  /** A key, hex id, is known no more: destroyed by its owner, revoked, or expired. */
  keyForgotten?(authKeyId: string): void;
}

/** Sends `updates` (TL bytes of an Updates) to every session of the key that takes updates. */
export interface UpdatePusher {
  push(authKeyId: string, updates: Buffer): void;
}

/** https://core.telegram.org/api/errors */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    readonly errorMessage: string,
  ) {
    super(`${code} ${errorMessage}`);
  }
}
