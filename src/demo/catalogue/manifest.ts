import { createHash } from 'node:crypto';
import type { Catalogue, CatalogueChat, CatalogueDocument } from './catalogue.js';
import { markedId } from './peers.js';

/** One line of `tad demo-server --manifest`: one audio message, and what its file's bytes must come to. */
export interface ManifestEntry {
  /** Marked as in the Bot API: users `N`, basic groups `-N`, channels and supergroups `-100N`. */
  readonly chatId: string;
  readonly messageId: number;
  readonly documentId: string;
  readonly dcId: number;
  readonly fileName: string | null;
  readonly mimeType: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly title: string | null;
  readonly performer: string | null;
  /** Seconds. */
  readonly duration: number;
}

/** Bytes of a file that are in memory at once. */
const CHUNK_BYTES = 2 ** 20;

/**
 * The audio of some chats, oldest message first; by default of every chat that can be read. A file is computed and
 * hashed when its entry is taken, in bounded memory.
 */
export function* manifest(
  catalogue: Catalogue,
  chats: Iterable<CatalogueChat> = catalogue.allChats().filter((chat) => !chat.forbidden),
): Generator<ManifestEntry> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (const chat of chats) {
    const chatId = markedId(chat);
    const ids = chat.ids('all');
    for (let index = 0; index < ids.length; index++) {
      const message = chat.message(ids.at(index));
      if (message?.document === undefined) continue;
      const { document } = message;
      yield {
        chatId,
        messageId: message.id,
        documentId: String(document.id),
        dcId: document.dcId,
        fileName: document.fileName ?? null,
        mimeType: document.mimeType,
        bytes: document.size,
        sha256: sha256Of(document, chunk),
        title: document.title ?? null,
        performer: document.performer ?? null,
        duration: document.duration,
      };
    }
  }
}

function sha256Of(document: CatalogueDocument, chunk: Uint8Array): string {
  const hash = createHash('sha256');
  for (let offset = 0; offset < document.size; offset += chunk.length) {
    const length = Math.min(chunk.length, document.size - offset);
    document.read(offset, length, chunk);
    hash.update(chunk.subarray(0, length));
  }
  return hash.digest('hex');
}
