import { createHash } from 'node:crypto';
import type { AudioMessage, Chat } from '../../../src/core/types.js';

/** An id that a JavaScript number cannot hold. */
export const BIG = 9_007_199_254_740_993n;

export const HASH = 'ab'.repeat(32);

export const DIGEST = 'ef'.repeat(16);

export const PART = { offset: 0, length: 65_536, digest: DIGEST };

export function sha256Of(n: number): string {
  return createHash('sha256').update(String(n)).digest('hex');
}

export function chat(over: Partial<Chat> = {}): Chat {
  return {
    id: '-1001234567890',
    kind: 'channel',
    title: 'Jazz at night',
    folders: [],
    pinned: false,
    ...over,
  };
}

/** Message `n` of a chat, with document id BIG + n. */
export function message(n: number, over: Partial<AudioMessage> = {}): AudioMessage {
  return {
    chatId: '-1001234567890',
    messageId: n,
    date: 1_700_000_000 + n,
    kind: 'music',
    mimeType: 'audio/mpeg',
    fileName: `track ${n}.mp3`,
    title: `Title ${n}`,
    performer: 'Someone',
    duration: 180.5,
    location: {
      documentId: String(BIG + BigInt(n)),
      accessHash: '-9223372036854775808',
      fileReference: Uint8Array.of(1, 2, 3, n & 255),
      dcId: 2,
      size: 1_000_000 + n,
    },
    ...over,
  };
}
