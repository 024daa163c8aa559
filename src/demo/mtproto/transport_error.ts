/**
 * Ends a connection with a negative number in place of a packet: 404 (no such key, or a broken handshake), 429 (too
 * much at once), 444 (wrong data centre). https://core.telegram.org/mtproto/mtproto-transports#transport-errors
 */
export class TransportError extends Error {
  constructor(readonly code: 404 | 429 | 444) {
    super(`transport error ${code}`);
  }
}
