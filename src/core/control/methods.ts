import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { TadError } from '../errors.js';
import type { Core } from '../face.js';
import { writeHeapProfile } from './heap_profile.js';
import type { ControlMethod, ControlMethods, RunningStatus } from './protocol.js';

type Params = Readonly<Record<string, unknown>>;

/** Answers every request but `subscribe`, which belongs to the connection. */
export type Answers = {
  readonly [Method in Exclude<ControlMethod, 'subscribe'>]: (
    params: Params,
    signal: AbortSignal,
  ) => ControlMethods[Method]['result'] | Promise<ControlMethods[Method]['result']>;
};

function wrong(name: string, expected: string): TadError {
  return new TadError('usage', `"${name}" must be ${expected}`);
}

function optionalId({ id }: Params): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string' || !/^\d{1,20}$/.test(id)) {
    throw new TadError('usage', `'${String(id)}' is not the id of a transfer`, 'tad status lists them');
  }
  return id;
}

function requiredId(params: Params): string {
  const id = optionalId(params);
  if (id === undefined) throw wrong('id', 'a document id');
  return id;
}

function numberOf(params: Params, name: string, min: number, max: number): number {
  const value = params[name];
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw wrong(name, `a number from ${min} to ${max}`);
  }
  return value;
}

async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

async function runningStatus(core: Core, diskPath: string): Promise<RunningStatus> {
  const { user, system } = process.cpuUsage();
  const diskFreeBytes = await freeBytes(diskPath);
  return {
    ...core.status(),
    process: { pid: process.pid, cpuSeconds: (user + system) / 1e6, uptimeSeconds: process.uptime() },
    ...(diskFreeBytes === undefined ? {} : { diskFreeBytes }),
  };
}

/** One transfer by its id, or all; an id for which there is nothing to do is told, not ignored. */
function onTransfers(done: string, act: (id: string | undefined) => boolean): (params: Params) => null {
  return (params) => {
    const id = optionalId(params);
    if (!act(id) && id !== undefined) throw nothing(id, done);
    return null;
  };
}

function nothing(id: string, done: string): TadError {
  return new TadError('not-found', `no transfer with the id ${id} that could be ${done}`, 'See: tad status');
}

/** @param directory where profiles are written */
export function controlAnswers(core: Core, directory: string): Answers {
  return {
    status: ({ diskPath }) => runningStatus(core, typeof diskPath === 'string' ? diskPath : directory),
    pause: onTransfers('paused', (id) => core.pause(id)),
    resume: onTransfers('resumed', (id) => core.resume(id)),
    cancel: onTransfers('cancelled', (id) => core.cancel(id)),
    retry: onTransfers('tried again', (id) => core.retry(id)),
    move: (params) => {
      const id = requiredId(params);
      const steps = Math.trunc(numberOf(params, 'steps', -1e9, 1e9));
      if (!core.move(id, steps)) throw nothing(id, 'moved');
      return null;
    },
    setRateLimit: (params) => {
      const limited = params['bytesPerSecond'] !== undefined;
      core.setRateLimit(limited ? numberOf(params, 'bytesPerSecond', 1, Number.MAX_SAFE_INTEGER) : undefined);
      return null;
    },
    cleanup: () => core.cleanup(),
    heapProfile: async (params, signal) => {
      const seconds = numberOf(params, 'seconds', 0.1, 3600);
      const stamp = new Date().toISOString().replace(/[:.]/g, '-');
      const path = join(directory, `tad-${stamp}.heapprofile`);
      await writeHeapProfile(path, seconds, signal);
      return { path };
    },
  };
}
