import { lstatSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Library } from '../../library/library.js';
import { MemoryEfficientSet } from '../../memory/memory_efficient_set.js';
import type { AudioMessage, Chat } from '../../types.js';
import { collisionKey, PART_SUFFIX } from './component.js';
import { candidateName, chatDirectoryName, proposeName } from './file_name.js';

const REMEMBERED_NAMES = 50_000;
const MAX_ATTEMPTS = 10_000;

/**
 * Finds for each document a path that nothing else has: no file on disk, no track of the library, no transfer begun,
 * and no other transfer of this run. Names of this run that were evicted from the set are found in the library or on
 * disk, because by then they have begun.
 */
export class TransferNames {
  readonly #library: Pick<Library, 'pathTaken' | 'transferPath'>;
  readonly #promised = new MemoryEfficientSet<string>(REMEMBERED_NAMES);

  constructor(library: Pick<Library, 'pathTaken' | 'transferPath'>) {
    this.#library = library;
  }

  /** The path of a transfer that was begun under `outDir` before, else a free one, promised to this document. */
  pathFor(outDir: string, chat: Pick<Chat, 'id' | 'title'>, message: AudioMessage): string {
    const begun = this.#library.transferPath(message.location.documentId);
    if (begun?.startsWith(join(outDir, sep))) return begun;
    return this.freePath(join(outDir, chatDirectoryName(chat)), message);
  }

  /** The next free path, whatever was chosen before. */
  freePath(directory: string, message: AudioMessage): string {
    const name = proposeName(message);
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      const path = join(directory, candidateName(name, attempt));
      if (this.#isFree(path, message.location.documentId)) return this.#promise(path);
    }
    // Ten thousand files of one name: the document's id makes it unique at last.
    const { stem, extension } = name;
    return this.#promise(
      join(directory, candidateName({ stem: `${message.location.documentId} ${stem}`, extension }, 1)),
    );
  }

  /** The transfer ended: from now on the library or the disk knows the name, or nobody needs it. */
  release(path: string): void {
    this.#promised.delete(collisionKey(path));
  }

  #promise(path: string): string {
    this.#promised.add(collisionKey(path));
    return path;
  }

  #isFree(path: string, documentId: string): boolean {
    if (this.#promised.has(collisionKey(path)) || this.#library.pathTaken(path, documentId)) return false;
    return !exists(path) && !exists(path + PART_SUFFIX);
  }
}

/** Also true for a dangling link: it is somebody's name. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
