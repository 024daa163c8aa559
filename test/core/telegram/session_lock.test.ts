import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SessionLock } from '../../../src/core/telegram/session_lock.js';
import { runTypescript, tempDir } from './support.js';

async function hold(path: string) {
  const child = spawn(process.execPath, runTypescript('lock_holder.ts', path), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { answer: chunk.toString().trim(), pid: child.pid, kill };
}

it('lets one process in, and the next the moment that one is killed', async () => {
  const path = join(await tempDir(), 'session.lock');
  const holder = await hold(path);
  expect(holder.answer).toBe('held');
  const refused = SessionLock.acquire(path);
  await expect(refused).rejects.toMatchObject({ code: 'session-locked', exitCode: 3 });
  await expect(refused).rejects.toThrow(`pid ${holder.pid}`);
  expect((await hold(path)).answer).toBe('session-locked');
  await holder.kill();
  await using lock = await SessionLock.acquire(path);
  expect(lock).toBeDefined();
  await expect(SessionLock.acquire(path)).rejects.toMatchObject({ code: 'session-locked' });
});

it('is free again after it was given back, and leaves no file', async () => {
  const path = join(await tempDir(), 'session.lock');
  for (let round = 0; round < 3; round++) {
    const lock = await SessionLock.acquire(path);
    await lock[Symbol.asyncDispose]();
    await lock[Symbol.asyncDispose]();
  }
  expect(await readdir(dirname(path))).toEqual([]);
});

it('lets exactly one of many in, also past a stale lock', async () => {
  const path = join(await tempDir(), 'session.lock');
  for (const stale of [undefined, '{"pid":4194304,"started":"1"}', 'garbage']) {
    if (stale !== undefined) await writeFile(path, stale);
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => SessionLock.acquire(path)));
    const held = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(held).toHaveLength(1);
    await held[0]!.value[Symbol.asyncDispose]();
    expect(await readdir(dirname(path))).toEqual([]);
  }
});

it('does not take a later process with the same pid for the owner', async () => {
  const path = join(await tempDir(), 'session.lock');
  await writeFile(path, JSON.stringify({ pid: process.ppid, started: '1' }));
  await using lock = await SessionLock.acquire(path);
  expect(lock).toBeDefined();
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
});

it('says when there is nowhere to put it', async () => {
  const path = join(await tempDir(), 'absent', 'session.lock');
  await expect(SessionLock.acquire(path)).rejects.toMatchObject({ code: 'not-writable' });
});

it.runIf(process.platform === 'linux')('does not wait for a dead owner that nobody reaps', async () => {
  const path = join(await tempDir(), 'session.lock');
  // The inner process ends, and its parent, now another program, never asks for its exit code.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  await vi.waitFor(async () => expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '), {
    timeout: 10_000,
  });
  await writeFile(path, JSON.stringify({ pid }));
  await using lock = await SessionLock.acquire(path);
  expect(lock).toBeDefined();
});
