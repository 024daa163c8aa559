import { useMemo } from 'react';
import type { LibraryView, TrackTags } from '../../core/face.js';
import { type Read, useGlance } from './use_glance.js';

export type ReadTags = Read<TrackTags>;

/** The tags of a track that the person looks at. */
export function useTags(library: LibraryView, documentId: string | undefined): ReadTags {
  const read = useMemo(
    () => (documentId === undefined ? undefined : (signal: AbortSignal) => library.tags(documentId, signal)),
    [library, documentId],
  );
  return useGlance(read);
}
