import type { CatalogueDocument } from '../../../src/demo/catalogue/catalogue.js';

/** All bytes of a file at once. */
export function readAll(file: Pick<CatalogueDocument, 'size' | 'read'>): Buffer {
  const bytes = Buffer.alloc(file.size);
  file.read(0, file.size, bytes);
  return bytes;
}
