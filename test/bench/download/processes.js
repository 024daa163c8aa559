// Starts the demo server and the clients, each in a process of its own.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lendPageCache } from './page_cache.js';

const PEERS = join(import.meta.dirname, '..', 'peers');

/** A demo server: `ask(name, argument)` questions it, disposal ends it. */
export async function startServer(options) {
  const child = fork(join(import.meta.dirname, 'server.js'), [JSON.stringify(options)]);
  const waiting = new Map();
  const reply = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ready = reply(0);
  let next = 1;
  child.on('message', ({ id, value }) => {
    waiting.get(id)?.resolve(value);
    waiting.delete(id);
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the demo server ended (${code})`));
  });
  await ready;
  return {
    ask(name, argument) {
      const answer = reply(next);
      child.send({ id: next++, name, argument });
      return answer;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

const CLIENTS = {
  gramjs: ['gramjs.js', {}],
  mtcute: ['mtcute.js', {}],
  'mtcute, 4 x 512 KB': ['mtcute.js', { connections: 4, partSize: 512, atOnce: 4 }],
  tad: ['tad.js', {}],
  floor: ['floor.js', {}],
};

/** Decrypts, hashes and writes as much, and does nothing else. */
export const FLOOR = 'floor';

/** What each client is called in the tables. */
export const CLIENT_NAMES = Object.keys(CLIENTS).filter((name) => name !== FLOOR);

/**
 * Lets a client do a job in a fresh process and directory.
 * @returns what it measured, and what the server did and took meanwhile; `check` saw the files before they went
 */
export async function runClient(name, server, login, job, check) {
  const [script, settings] = CLIENTS[name];
  const directory = mkdtempSync(join(tmpdir(), 'tad-bench-download-'));
  try {
    // Looking at ten thousand small files all the time would cost more than it spares.
    using _cache = job.messages ? lendPageCache(directory, job.bytes) : undefined;
    const before = await server.ask('usage');
    const result = await measured(script, { ...settings, ...job, login, directory });
    const after = await server.ask('usage');
    await check(result.files);
    return { ...result, server: difference(before, after) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function measured(script, job) {
  const child = fork(join(PEERS, script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(job);
  return new Promise((resolve, reject) => {
    let result;
    child.on('message', (message) => {
      result = message;
    });
    child.on('exit', (code) => {
      if (result === undefined) reject(new Error(`${script} ended (${code}) without a result`));
      else resolve(result);
    });
  });
}

function difference(before, after) {
  const requests = Object.fromEntries(
    Object.entries(after.requests).map(([name, count]) => [name, count - (before.requests[name] ?? 0)]),
  );
  const cpu = (usage) => (usage.cpu.user + usage.cpu.system) / 1e6;
  return { cpuSeconds: cpu(after) - cpu(before), requests };
}
