import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TadError } from '../errors.js';
import { fileError } from './file_errors.js';

interface Owner {
  readonly pid: number;
  /** When that process started; tells it from a later one with the same pid. Absent where it cannot be had. */
  readonly started?: string;
}

/** While others break a stale lock: so often, and so many milliseconds apart, is looked again. */
const MAX_ROUNDS = 100;
const ROUND_MS = 10;

/**
 * One process per session: the same key used from two places makes Telegram end the session (AUTH_KEY_DUPLICATED).
 * The lock is a file naming its owner. It appears with its content in one step (a hard link, which fails when the
 * name exists), and it is void the moment its owner is gone, also after kill -9.
 */
export class SessionLock implements AsyncDisposable {
  readonly #path: string;
  #held = true;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws TadError `session-locked`, `not-writable`, `disk-full` */
  static async acquire(path: string): Promise<SessionLock> {
    const token = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    const started = await startTime(process.pid);
    const self: Owner = { pid: process.pid, ...(started === undefined ? {} : { started }) };
    try {
      await writeFile(token, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
      for (let round = 0; round < MAX_ROUNDS; round++) {
        if (await linkIfFree(token, path)) return new SessionLock(path);
        const owner = await readOwner(path);
        if (owner !== undefined && (await isAlive(owner))) throw lockedBy(owner);
        if (!(await removeStale(path, token))) await sleep(ROUND_MS);
      }
      throw new TadError('session-locked', 'this session is in use by another process');
    } catch (error) {
      throw fileError(error, path);
    } finally {
      await rm(token, { force: true }).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    await rm(this.#path, { force: true });
  }
}

async function linkIfFree(token: string, path: string): Promise<boolean> {
  try {
    await link(token, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!NO_LINKS.some((code) => hasCode(error, code))) throw error;
    return copyIfFree(token, path);
  }
}

/** FAT and some network file systems have no hard links; there the content comes a moment after the name. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

async function copyIfFree(token: string, path: string): Promise<boolean> {
  try {
    await copyFile(token, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Removes a lock whose owner is gone. Two that found it stale must not both remove it, or the slower one would remove
 * the quicker one's fresh lock: so only who holds the breaker may, and looks again first.
 * @returns false when another process is at it
 */
async function removeStale(path: string, token: string): Promise<boolean> {
  const breaker = `${path}.break`;
  if (!(await linkIfFree(token, breaker))) {
    const owner = await readOwner(breaker);
    // Only a process killed within this function leaves a breaker behind.
    if (owner === undefined || !(await isAlive(owner))) await rm(breaker, { force: true });
    return false;
  }
  try {
    const owner = await readOwner(path);
    if (owner === undefined || !(await isAlive(owner))) await rm(path, { force: true });
    return true;
  } finally {
    await rm(breaker, { force: true });
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner)) return undefined;
    if (typeof owner.pid !== 'number' || !Number.isSafeInteger(owner.pid) || owner.pid <= 0) return undefined;
    const started = 'started' in owner && typeof owner.started === 'string' ? owner.started : undefined;
    return { pid: owner.pid, ...(started === undefined ? {} : { started }) };
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  // Killed, but nobody has asked for its exit code yet: where process 1 does not reap, for ever.
  if (await isZombie(owner.pid)) return false;
  if (owner.started === undefined) return true;
  const started = await startTime(owner.pid);
  return started === undefined || started === owner.started;
}

/** Fields of /proc/PID/stat from the third (state) on: the second, the name, may hold blanks and brackets. */
async function statFields(pid: number): Promise<readonly string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const [state = ''] = await statFields(pid).catch(() => []);
  return state === 'Z' || state === 'X';
}

/** Start time as the system tells it: field 22 of /proc/PID/stat (ticks since boot), or `ps`; Windows: unknown. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') {
      return (await statFields(pid))[19];
    }
    if (process.platform === 'win32') return undefined;
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

function lockedBy(owner: Owner): TadError {
  return new TadError(
    'session-locked',
    `this session is in use by another process (pid ${owner.pid})`,
    'stop it first, or use another account with --profile',
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
