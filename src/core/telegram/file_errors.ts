import { TadError, toTadError } from '../errors.js';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NO_WAY = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'ENOENT',
  'ELOOP',
  'ENAMETOOLONG',
]);

/** What the file system threw, as `disk-full` or `not-writable`; other errors as {@link toTadError} has them. */
export function fileError(error: unknown, path: string): TadError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_ROOM.has(code)) {
    return new TadError('disk-full', `no room left for ${path}`, 'free some space and run it again', {
      cause: error,
    });
  }
  if (NO_WAY.has(code)) {
    return new TadError('not-writable', `cannot write ${path} (${code})`, 'check its permissions', {
      cause: error,
    });
  }
  return toTadError(error);
}
