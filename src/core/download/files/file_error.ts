import { TadError, toTadError } from '../../errors.js';

/** An error of node:fs as the core's: what it means for the person who owns the disk. */
export function fileError(error: unknown, path: string): TadError {
  if (error instanceof TadError) return error;
  const code = systemCode(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new TadError(
        'disk-full',
        `no room to write ${path}`,
        'free some space; work goes on from here',
        {
          cause: error,
        },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new TadError(
        'not-writable',
        `no permission to write ${path}`,
        'choose another directory with --out',
        {
          cause: error,
        },
      );
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENAMETOOLONG':
      return new TadError(
        'not-writable',
        `${path} cannot be created (${code})`,
        'choose another directory with --out',
        {
          cause: error,
        },
      );
    default:
      return toTadError(error);
  }
}

/** ENOENT and the like; undefined for what the system did not throw. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
