import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ControlClient } from '../../../src/core/control/client.js';
import { lines } from '../../../src/core/control/lines.js';
import type { ControlEvent } from '../../../src/core/control/protocol.js';
import { startControlServer } from '../../../src/core/control/server.js';
import { TadError } from '../../../src/core/errors.js';
import { FakeCore, MEMORY, transfer } from '../../cli/fake_core.js';
import { temporaryDirectory } from '../../cli/fake_io.js';

interface Running {
  readonly core: FakeCore;
  readonly path: string;
  readonly directory: string;
  connect(onEvent?: (event: ControlEvent) => void): Promise<ControlClient>;
  stop(): Promise<void>;
}

async function running(): Promise<Running> {
  const core = new FakeCore();
  core.transfers = [transfer()];
  const directory = temporaryDirectory();
  const path = join(directory, 'control.sock');
  const server = await startControlServer({ core, path, directory });
  const stop = async () => await server[Symbol.asyncDispose]();
  onTestFinished(stop);
  const open = async (onEvent?: (event: ControlEvent) => void) => {
    const client = await ControlClient.connect(path, onEvent);
    expect(client).toBeDefined();
    onTestFinished(() => client![Symbol.dispose]());
    return client!;
  };
  return { core, path, directory, connect: open, stop };
}

describe.skipIf(process.platform === 'win32')('the control socket', () => {
  it('is for its owner alone', async () => {
    const { path } = await running();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('tells the status of the core and of its process', async () => {
    const { connect } = await running();
    const status = await (await connect()).call('status', {});
    expect(status).toMatchObject({ completed: 8, memory: MEMORY, process: { pid: process.pid } });
    expect(status.diskFreeBytes).toBeGreaterThan(0);
  });

  it('passes every action on', async () => {
    const { core, connect } = await running();
    const client = await connect();
    await client.call('pause', {});
    await client.call('resume', { id: '42' });
    await client.call('cancel', { id: '42' });
    await client.call('retry', {});
    await client.call('move', { id: '42', steps: -2 });
    await client.call('setRateLimit', { bytesPerSecond: 1000 });
    await client.call('setRateLimit', {});
    expect(core.asked).toEqual([
      'pause all',
      'resume 42',
      'cancel 42',
      'retry all',
      'move 42 -2',
      'limit 1000',
      'limit none',
    ]);
    expect(await client.call('cleanup', {})).toMatchObject({ freedBytes: 20_000_000 });
  });

  it.each([
    ['pause', { id: '43' }, 'not-found'],
    ['resume', { id: '43' }, 'not-found'],
    ['cancel', { id: '43' }, 'not-found'],
    ['retry', { id: '43' }, 'not-found'],
    ['move', { id: '43', steps: 1 }, 'not-found'],
    ['pause', { id: 'x' }, 'usage'],
    ['move', { steps: 1 }, 'usage'],
    ['move', { id: '42', steps: 'up' }, 'usage'],
    ['setRateLimit', { bytesPerSecond: 0 }, 'usage'],
    ['heapProfile', { seconds: 1e9 }, 'usage'],
    ['toString', {}, 'usage'],
  ])('refuses %s %j as %s and does nothing', async (method, params, code) => {
    const { core, connect } = await running();
    const client = await connect();
    await expect(client.call(method as 'pause', params as { id: string })).rejects.toMatchObject({ code });
    expect(core.asked).toEqual([]);
  });

  it('sends events to who subscribed, and only to them', async () => {
    const { core, connect } = await running();
    const heard: ControlEvent[] = [];
    const client = await connect((event) => heard.push(event));
    const deaf = await connect(() => expect.unreachable());
    await client.call('subscribe', {});
    const error = new TadError('disk-full', 'no room', 'make some');
    core.events.emit('transfer.failed', { ...transfer(), error });
    core.events.emit('memory.warning', MEMORY);
    await client.call('status', {});
    await deaf.call('status', {});
    expect(heard).toMatchObject([
      {
        name: 'transfer.failed',
        payload: { error: { code: 'disk-full', message: 'no room', hint: 'make some' } },
      },
      { name: 'memory.warning', payload: MEMORY },
    ]);
  });

  /** One that has subscribed, and does not read. */
  async function suspended(path: string) {
    const socket = connect(path);
    onTestFinished(() => void socket.destroy());
    socket.write('{"id":1,"method":"subscribe"}\n');
    await once(socket, 'data');
    socket.pause();
    return socket;
  }

  const EMITTED = 20_000;

  function emitMany(core: FakeCore): void {
    for (let i = 0; i < EMITTED; i++) {
      core.events.emit('notice', { level: 'info', text: 'x'.repeat(1000) });
    }
  }

  it('drops events for a subscriber that does not read instead of keeping them', async () => {
    const { core, path } = await running();
    const socket = await suspended(path);
    emitMany(core);
    // The answer comes last: what was kept has come when it is there.
    socket.write('{"id":2,"method":"status"}\n');
    let events = 0;
    for await (const line of lines(socket, 16 * 1024 * 1024)) {
      if (line.startsWith('{"id":2')) break;
      events++;
    }
    // A mebibyte of them, and what the system's buffers hold.
    expect(events).toBeGreaterThan(500);
    expect(events).toBeLessThan(EMITTED / 4);
  });

  it('ends though a subscriber does not read', async () => {
    const { core, path, stop } = await running();
    const socket = await suspended(path);
    const closed = once(socket, 'close');
    emitMany(core);
    await stop();
    socket.on('error', () => {}).resume();
    await closed;
  });

  it('writes a heap profile into the home', async () => {
    const { directory, connect } = await running();
    const { path } = await (await connect()).call('heapProfile', { seconds: 0.1 });
    expect(path.startsWith(join(directory, 'tad-'))).toBe(true);
    expect(path.endsWith('.heapprofile')).toBe(true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('head');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes one heap profile at a time', async () => {
    const { connect } = await running();
    const first = (await connect()).call('heapProfile', { seconds: 0.3 });
    const client = await connect();
    await expect(client.call('heapProfile', { seconds: 0.1 })).rejects.toMatchObject({ code: 'rejected' });
    await first;
    await client.call('heapProfile', { seconds: 0.1 });
  });

  it('replaces a socket that a dead process left, and refuses to replace a living one', async () => {
    const { path, directory, stop, core } = await running();
    await expect(startControlServer({ core, path, directory })).rejects.toMatchObject({
      code: 'session-locked',
    });
    await stop();
    expect(await ControlClient.connect(path)).toBeUndefined();
    writeFileSync(path, '');
    const again = await startControlServer({ core, path, directory });
    const client = await ControlClient.connect(path);
    expect(client).toBeDefined();
    client?.[Symbol.dispose]();
    await again[Symbol.asyncDispose]();
  });

  it('ends calls and says so when the running tad goes away', async () => {
    const { connect, stop } = await running();
    const client = await connect();
    const profile = client.call('heapProfile', { seconds: 3600 });
    const refused = expect(profile).rejects.toMatchObject({
      code: 'not-found',
      message: 'the running tad went away',
    });
    await stop();
    await refused;
    expect(client.closed.aborted).toBe(true);
    await expect(client.call('status', {})).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives a call up when asked to', async () => {
    const { connect } = await running();
    const abort = new AbortController();
    const call = (await connect()).call('heapProfile', { seconds: 3600 }, abort.signal);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('asks for nothing when it was given up before', async () => {
    const { core, connect } = await running();
    const client = await connect();
    const call = client.call('pause', {}, AbortSignal.abort());
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await client.call('status', {});
    expect(core.asked).toEqual([]);
  });

  it.each(['rubbish\n', '{"id":"x","method":"status"}\n', '[]\n', '\n'])(
    'answers %j with an error',
    async (text) => {
      const { path, connect: open } = await running();
      const socket = connect(path);
      socket.write(text);
      const [answer] = await once(socket, 'data');
      expect(JSON.parse(String(answer))).toMatchObject({ id: 0, error: {} });
      socket.destroy();
      await (await open()).call('status', {});
    },
  );

  it('hangs up on a line without end', async () => {
    const { path } = await running();
    const socket = connect(path);
    const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    socket.write('x'.repeat(200_000));
    await closed;
  });
});

describe('lines', () => {
  it('is the same whatever the chunks are', async () => {
    const bytes = Buffer.from('eins\nzwei – drei\n\nvier\nrest');
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = async function* () {
        for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
      };
      const found: string[] = [];
      for await (const line of lines(chunks(), 100)) found.push(line);
      expect(found).toEqual(['eins', 'zwei – drei', '', 'vier']);
    }
  });
});
