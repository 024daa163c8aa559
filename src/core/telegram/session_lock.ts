import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { TadError } from '../errors.js';
import { fileError } from './file_errors.js';

interface Owner {
  readonly pid: number;
  /** When that process started; tells it from a later one with the same pid. Absent where it cannot be had. */
  readonly started?: string;
}

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
      // More rounds than two are needed only when owners come and go meanwhile.
      for (let round = 0; round < 5; round++) {
        if (await linkIfFree(token, path)) return new SessionLock(path);
        const owner = await readOwner(path);
        if (owner !== undefined && (await isAlive(owner))) throw lockedBy(owner);
        await removeStale(path, token, owner);
      }
      throw new TadError('session-locked', 'this session is in use by another process');
    } catch (error) {
      throw fileError(error, path);
    } finally {
      await rm(token, { force: true });
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
    throw error;
  }
}

/**
 * Takes the stale file away under a name of our own and looks again at what was taken: when another process was
 * quicker and this is its fresh lock, it is put back.
 */
async function removeStale(path: string, token: string, stale: Owner | undefined): Promise<void> {
  const taken = `${token}.stale`;
  try {
    await rename(path, taken);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const owner = await readOwner(taken);
  const fresh = owner !== undefined && !isSame(owner, stale) && (await isAlive(owner));
  if (fresh) await linkIfFree(taken, path);
  await unlink(taken);
  if (fresh) throw lockedBy(owner);
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
  if (owner.started === undefined) return true;
  const started = await startTime(owner.pid);
  return started === undefined || started === owner.started;
}

/** Start time as the system tells it: field 22 of /proc/PID/stat (ticks since boot), or `ps`; Windows: unknown. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    }
    if (process.platform === 'win32') return undefined;
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

function isSame(a: Owner, b: Owner | undefined): boolean {
  return a.pid === b?.pid && a.started === b.started;
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
