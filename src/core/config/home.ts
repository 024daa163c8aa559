import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** Where a profile keeps its things. All paths are absolute; nothing need exist yet. */
export interface Home {
  /** Options that hold for every profile. */
  readonly configFile: string;
  readonly profile: string;
  /** Owned by this profile alone; 0700 when made. */
  readonly profileDir: string;
  /** Options of this profile; they win over those in `configFile`. */
  readonly profileConfigFile: string;
  readonly sessionFile: string;
  readonly libraryFile: string;
  readonly logFile: string;
  /** Unix socket, or named pipe on Windows. */
  readonly controlPath: string;
}

/** Longest path that a Unix socket can have everywhere: 104 bytes on macOS, 108 on Linux, with the closing NUL. */
const MAX_SOCKET_PATH = 103;

/**
 * @param root one directory for everything; the platform's usual places (XDG on Linux) when absent
 * @param profile a name that `profileName` of values.ts accepts
 */
export function homeLayout(root: string | undefined, profile: string): Home {
  const usual = envPaths('tad', { suffix: '' });
  const profileDir = join(root ?? usual.data, 'profiles', profile);
  return {
    configFile: join(root ?? usual.config, 'config.json'),
    profile,
    profileDir,
    profileConfigFile: join(profileDir, 'config.json'),
    sessionFile: join(profileDir, 'session'),
    libraryFile: join(profileDir, 'library.db'),
    logFile: join(profileDir, 'tad.log'),
    controlPath: controlPath(profileDir),
  };
}

/** The directory that `tad demo` uses when no other home was named. */
export function demoRoot(): string {
  return join(envPaths('tad', { suffix: '' }).data, 'demo');
}

/** Inside the home; where its path is too long for a socket, in a directory of the user's own under the temporary one. */
function controlPath(profileDir: string): string {
  const name = createHash('sha256').update(profileDir).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tad-${name}`;
  const inside = join(profileDir, 'control.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH) return inside;
  return join(tmpdir(), `tad-${userInfo().uid}`, `${name}.sock`);
}
