import { useEffect, useState } from 'react';
import type { LibraryView, TrackTags } from '../../core/face.js';

/** A row under a moving cursor is not looked at yet, milliseconds. */
export const GLANCE = 120;

/** `undefined`: not read yet; `none`: there is nothing to read. */
export type ReadTags = TrackTags | 'none' | undefined;

/** The tags of a track, read when the person stays on it; given up when the person moves on. */
export function useTags(library: LibraryView, documentId: string | undefined): ReadTags {
  const [read, setRead] = useState<{ readonly of: string; readonly tags: TrackTags | 'none' }>();
  useEffect(() => {
    if (documentId === undefined) return;
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      library.tags(documentId, leaving.signal).then(
        (tags) => {
          if (!leaving.signal.aborted) setRead({ of: documentId, tags: tags ?? 'none' });
        },
        () => {
          if (!leaving.signal.aborted) setRead({ of: documentId, tags: 'none' });
        },
      );
    }, GLANCE);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [library, documentId]);
  return read !== undefined && read.of === documentId ? read.tags : undefined;
}
