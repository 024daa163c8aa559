/** Marked ids of the Bot API (https://core.telegram.org/api/bots/ids). */
export type PeerKind = 'user' | 'group' | 'channel';

export interface PeerId {
  readonly kind: PeerKind;
  /** Bare id, positive, as TL has it. */
  readonly id: string;
}

const CHANNEL_BASE = 1_000_000_000_000n;

/** Users `N`, basic groups `-N`, channels and supergroups `-(1000000000000 + N)`, which reads `-100N`. */
export function markedId(kind: PeerKind, id: string | bigint): string {
  const bare = BigInt(id);
  if (kind === 'user') return bare.toString();
  return (kind === 'group' ? -bare : -(CHANNEL_BASE + bare)).toString();
}

/** The inverse; undefined when the text is no id at all. */
export function parseMarkedId(text: string): PeerId | undefined {
  if (!/^-?[1-9]\d{0,18}$/.test(text)) return undefined;
  const id = BigInt(text);
  if (id > 0n) return { kind: 'user', id: id.toString() };
  if (-id > CHANNEL_BASE) return { kind: 'channel', id: (-id - CHANNEL_BASE).toString() };
  return { kind: 'group', id: (-id).toString() };
}
