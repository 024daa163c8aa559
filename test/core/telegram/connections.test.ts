import { createRequire } from 'node:module';
import { Api, errors } from 'telegram';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Engine } from '../../../src/core/telegram/engine.js';
import { NoticeLogger } from '../../../src/core/telegram/gramjs_logger.js';
import { MediaPool } from '../../../src/core/telegram/media_pool.js';
import { readServerKey } from '../../../src/core/telegram/server_key.js';
import {
  gatewayOptions,
  NEVER,
  scriptedPrompts,
  sharedWorld,
  strikeNext,
  tempDir,
  watchConsole,
  writeSession,
} from './support.js';

const world = sharedWorld();
watchConsole();

async function createEngine(loggedIn: boolean) {
  const options = gatewayOptions(world.demo, await tempDir());
  if (loggedIn) await writeSession(world.demo, options.sessionFile);
  const serverKey = readServerKey(options.server.publicKeyPem);
  const engine = new Engine({ ...options, serverKey, onAudio: () => {} });
  onTestFinished(() => engine[Symbol.asyncDispose]());
  return { engine, options };
}

async function createPool(idleMs: number) {
  const { engine, options } = await createEngine(true);
  await engine.connect(NEVER);
  const { session, directory, link: home } = engine.connected;
  const settings = {
    apiId: options.apiId,
    appVersion: '0',
    logger: new NoticeLogger(options.events),
    proxy: undefined,
    connectTimeoutMs: 5000,
    requestTimeoutMs: 5000,
  };
  const pool = new MediaPool({ settings, session, directory, home, idleMs });
  onTestFinished(() => pool[Symbol.dispose]());
  return pool;
}

it('closes connections for files that nobody uses any more', async () => {
  const pool = await createPool(30);
  const wire = await pool.acquire(4, NEVER);
  await expect.poll(() => wire.end).toMatchObject({ code: 'cancelled' });
  const other = await pool.acquire(4, NEVER);
  expect(other).not.toBe(wire);
});

it('opens a second connection when the first is busy, and no third', async () => {
  const pool = await createPool(10_000);
  const ask = () => pool.request(4, new Api.help.GetNearestDc(), NEVER);
  const first = await pool.acquire(4, NEVER);
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 6 }, ask));
  const wires = new Set([first]);
  for (let count = 0; count < 10; count++) {
    const busy = ask();
    wires.add(await pool.acquire(4, NEVER));
    await busy;
  }
  expect(wires.size).toBeLessThanOrEqual(2);
});

it('fails what is under way when it is closed', async () => {
  const pool = await createPool(10_000);
  const wire = await pool.acquire(4, NEVER);
  const asking = wire.request(new Api.help.GetConfig(), NEVER);
  pool[Symbol.dispose]();
  await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
  await expect(wire.request(new Api.help.GetConfig(), NEVER)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(pool.acquire(4, NEVER)).rejects.toMatchObject({ code: 'cancelled' });
});

// GramJS loses a leading zero byte of one key in 256, and then refuses its own handshake.
it('makes another key when GramJS gets one wrong', async () => {
  const authenticator = createRequire(import.meta.url)('telegram/network/Authenticator.js');
  const spy = vi.spyOn(authenticator, 'doAuthentication');
  spy.mockRejectedValueOnce(new errors.SecurityError('Step 3 invalid new nonce hash'));
  onTestFinished(() => spy.mockRestore());
  const { engine } = await createEngine(false);
  const { prompts } = scriptedPrompts({ phones: ['9996620001'], codes: ['22222'] });
  await engine.login(prompts, NEVER);
  expect(spy).toHaveBeenCalledTimes(2);
});

/** A pool that has no key of data centre 4, and how many it agreed on there. */
async function poolWithoutKey() {
  const authenticator = createRequire(import.meta.url)('telegram/network/Authenticator.js');
  const spy = vi.spyOn(authenticator, 'doAuthentication');
  onTestFinished(() => spy.mockRestore());
  const pool = await createPool(10_000);
  pool.renew(4);
  return { pool, keys: () => spy.mock.calls.length };
}

/** Tries until there is a connection. @returns what each try failed with */
async function persistently(pool: MediaPool): Promise<readonly string[]> {
  for (const codes: string[] = []; ; ) {
    const code = await pool.acquire(4, NEVER).then(
      () => undefined,
      (error) => error.code as string,
    );
    if (code === undefined) return codes;
    codes.push(code);
  }
}

it.each([
  ['disconnect', 'at the greeting', 1],
  ['disconnect', 'at the import', 3],
  ['corrupt', 'at the import', 3],
] as const)('a key outlives %s %s', async (fault, _, strike) => {
  const { pool, keys } = await poolWithoutKey();
  // The greeting, the export at home, the import.
  const strikes = vi.spyOn(world.demo.faults, 'strikes');
  onTestFinished(() => strikes.mockRestore());
  let asked = 0;
  strikes.mockImplementation((name) => name === fault && ++asked === strike);
  expect(await persistently(pool)).toHaveLength(1);
  expect(keys()).toBe(1);
});

it.each([
  ['at the greeting', 1],
  ['at the import', 2],
] as const)('a key that is forgotten %s is replaced, and nobody has to log in', async (_, strike) => {
  const { pool, keys } = await poolWithoutKey();
  const strikes = vi.spyOn(world.demo.faults, 'strikes');
  onTestFinished(() => strikes.mockRestore());
  let asked = 0;
  strikes.mockImplementation((name) => name === 'revoke' && ++asked === strike);
  expect(await persistently(pool)).toEqual(['unreachable']);
  expect(keys()).toBe(2);
});

it('nothing is exported for a data centre that cannot be reached', async () => {
  const { engine, options } = await createEngine(true);
  await engine.connect(NEVER);
  const { session, directory, link: home } = engine.connected;
  vi.spyOn(directory, 'address').mockReturnValue({ id: 4, host: '127.0.0.1', port: 1 });
  onTestFinished(() => void vi.restoreAllMocks());
  const settings = {
    apiId: options.apiId,
    appVersion: '0',
    logger: new NoticeLogger(options.events),
    proxy: undefined,
    connectTimeoutMs: 1000,
    requestTimeoutMs: 1000,
  };
  const pool = new MediaPool({ settings, session, directory, home });
  onTestFinished(() => pool[Symbol.dispose]());
  pool.renew(4);
  const exports = () => world.demo.report().requests['auth.exportAuthorization'] ?? 0;
  const before = exports();
  await expect(pool.acquire(4, NEVER)).rejects.toMatchObject({ code: 'unreachable' });
  expect(exports()).toBe(before);
});

it('a data centre is open to requests once there is a connection', async () => {
  const { pool } = await poolWithoutKey();
  await pool.admission(4);
  expect(pool.admission(4)).toBeUndefined();
  await pool.request(4, new Api.help.GetNearestDc(), NEVER);
});

/** Lets the timers pass, and says what has become of it by then. */
async function after(ms: number, outcome: Promise<string>): Promise<string> {
  vi.advanceTimersByTime(ms);
  return Promise.race([outcome, new Promise<string>((resolve) => setImmediate(() => resolve('waiting')))]);
}

it('only what is answered at once is missed after seconds', async () => {
  const pool = await createPool(10_000);
  const wire = await pool.acquire(4, NEVER);
  for (let i = 0; i < 3; i++) await wire.ask(new Api.help.GetNearestDc(), NEVER);
  const faults = strikeNext(world.demo, 'silence', 'silence');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const codeOf = (asking: Promise<unknown>) =>
    asking.then(
      () => 'answered',
      ({ code }) => code as string,
    );
  const prompt = codeOf(wire.ask(new Api.help.GetNearestDc(), NEVER));
  const other = codeOf(wire.request(new Api.help.GetNearestDc(), NEVER));
  expect(await after(1_400, prompt)).toBe('waiting');
  expect(await after(200, prompt)).toBe('timeout');
  expect(await after(3_000, other)).toBe('waiting');
  expect(await after(500, other)).toBe('timeout');
  vi.useRealTimers();
  await vi.waitFor(() => expect(faults.left).toEqual([]));
});
