import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Library, type LibraryOptions, openLibrary } from '../../../src/core/library/library.js';
import type { AudioMessage, Chat } from '../../../src/core/types.js';

/** An id that a JavaScript number cannot hold. */
export const BIG = 9_007_199_254_740_993n;

export const HASH = 'ab'.repeat(32);

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tad-library-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A library in a directory of its own, closed with the test. */
export function tempLibrary(options: Partial<LibraryOptions> = {}): Library {
  const library = openLibrary({ file: join(tempDir(), 'library.db'), ...options });
  onTestFinished(() => library.close());
  return library;
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

/** A library that knows the chat and messages 1 to `count`. */
export function filledLibrary(count: number, options: Partial<LibraryOptions> = {}): Library {
  const library = tempLibrary(options);
  library.saveChats([chat()]);
  library.saveMessages(Array.from({ length: count }, (_, i) => message(i + 1)));
  return library;
}

/** Puts the track of a message into the library as the downloader would. */
export function complete(library: Library, done: AudioMessage, path = `/music/${done.messageId}.mp3`): void {
  library.completeTransfer({
    documentId: done.location.documentId,
    chatId: done.chatId,
    messageId: done.messageId,
    path,
    bytes: done.location.size,
    sha256: HASH,
  });
}
