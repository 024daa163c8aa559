import { TadError, toTadError } from '../../errors.js';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NO_WAY = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);
/** What a file system answers that cannot do a thing at all: hard links on exFAT, flushing a directory on some network shares. */
export const NOT_SUPPORTED = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EINVAL',
  'EACCES',
]);
const BROKEN = new Set(['EIO', 'ENXIO', 'ENODEV', 'ESTALE', 'EBADF']);

/** The code of a system error (ENOENT…); empty for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What the file system threw, as `disk-full` or `not-writable`; anything else as {@link toTadError} has it. */
export function fileError(error: unknown, path: string): TadError {
  const code = systemCode(error);
  const cause = { cause: error };
  if (NO_ROOM.has(code)) {
    const hint = 'free some space and run it again; it goes on where it stopped';
    return new TadError('disk-full', `no room left to write ${path}`, hint, cause);
  }
  if (code === 'ENOENT') {
    const hint = 'is the disk still mounted? Run it again when it is';
    return new TadError('not-writable', `${path} cannot be written: its directory is gone`, hint, cause);
  }
  if (NO_WAY.has(code)) {
    return new TadError(
      'not-writable',
      `${path} cannot be written (${code})`,
      'check its permissions',
      cause,
    );
  }
  if (BROKEN.has(code)) {
    return new TadError('not-writable', `the disk fails at ${path} (${code})`, 'check the disk', cause);
  }
  return toTadError(error);
}
