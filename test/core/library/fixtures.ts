import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Library, type LibraryOptions, openLibrary } from '../../../src/core/library/library.js';
import type { AudioMessage } from '../../../src/core/types.js';
import { chat, HASH, message } from './rows.js';

export { BIG, chat, DIGEST, HASH, message, PART } from './rows.js';

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
