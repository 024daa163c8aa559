/**
 * The peer sent what the protocol forbids. It may be an attack, a fault of the network that slipped through TCP, or a defect; in
 * each case the connection is dropped (https://core.telegram.org/mtproto/security_guidelines#behavior-in-case-of-mismatch).
 */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}
