import { useEffect, useState } from 'react';

/** A row under a moving cursor is not looked at yet, milliseconds. */
export const GLANCE = 120;

/** `undefined`: not read yet; `none`: there is nothing to read. */
export type Read<T> = T | 'none' | undefined;

export type Reader<T> = (signal: AbortSignal) => Promise<T | undefined>;

/**
 * What `read` finds, read when the person stays on the row; given up when the person moves on.
 * @param read the same function as long as it is about the same row
 */
export function useGlance<T>(read: Reader<T> | undefined): Read<T> {
  const [seen, setSeen] = useState<{ readonly by: Reader<T>; readonly found: T | 'none' }>();
  useEffect(() => {
    if (read === undefined) return;
    const leaving = new AbortController();
    const show = (found: T | 'none') => {
      if (!leaving.signal.aborted) setSeen({ by: read, found });
    };
    const timer = setTimeout(() => {
      read(leaving.signal).then(
        (found) => show(found ?? 'none'),
        () => show('none'),
      );
    }, GLANCE);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [read]);
  return seen !== undefined && seen.by === read ? seen.found : undefined;
}
