import type { CatalogueDocument } from '../catalogue/catalogue.js';
import type { FileReferences } from './file_reference.js';

/** Where files live now, and which references to them are good. */
export class FileRegistry {
  readonly references: FileReferences;
  readonly #moved = new Map<bigint, number>();

  constructor(references: FileReferences) {
    this.references = references;
  }

  dcOf(document: CatalogueDocument): number {
    return this.#moved.get(document.id) ?? document.dcId;
  }

  /** A file moves once at most, so that a client which follows it gets there. */
  mayMove(document: CatalogueDocument): boolean {
    return !this.#moved.has(document.id);
  }

  move(document: CatalogueDocument, dcId: number): void {
    this.#moved.set(document.id, dcId);
  }
}
