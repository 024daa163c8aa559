import { describe, expect, it, vi } from 'vitest';
import { LaneHolder } from '../../../../src/core/download/choose_lane.js';
import type { FileLane } from '../../../../src/core/download/lane.js';
import type * as NativeLaneModule from '../../../../src/core/download/native/native_lane.js';
import { TadError } from '../../../../src/core/errors.js';
import { createCoreEmitter } from '../../../../src/core/events.js';
import { SimdIgeDecryptor } from '../../../../src/core/ige/ige_decryptor.js';
import { Bench } from '../fakes/bench.js';
import { message } from '../fakes/fake_telegram.js';
import { laneWorld } from './world.js';

// The lane's thread is a file that node runs: the built one.
const built = new URL('../../../../dist/core/download/native/native_lane.js', import.meta.url);
const { NativeLane } = (await import(built.href)) as typeof NativeLaneModule;

function lane(name: FileLane['name']): FileLane & { isBroken: boolean; isDisposed: boolean } {
  return {
    name,
    isBroken: false,
    isDisposed: false,
    pools: [{ name: 'part buffers', inUse: 0, idle: 20, capacity: 20, waiting: 0 }],
    open: () => Promise.reject(new Error('not opened here')),
    shrink: async () => 2 ** 20,
    async [Symbol.asyncDispose]() {
      this.isDisposed = true;
    },
  };
}

function world(choice: 'auto' | 'native') {
  const events = createCoreEmitter();
  const warnings: string[] = [];
  events.on('notice', ({ text }) => warnings.push(text));
  const started: ReturnType<typeof lane>[] = [];
  const native = async () => {
    started.push(lane('native'));
    return started.at(-1)!;
  };
  const holder = new LaneHolder(choice, { gramjs: () => lane('gramjs'), native }, events);
  const next = async () => {
    const { name } = await holder.get();
    if (started.length > 0) started.at(-1)!.isBroken = true;
    return name;
  };
  return { holder, next, started, warnings };
}

it('a lane that broke is started again, and after the third time the other takes over, once and for all', async () => {
  const { next, started, warnings } = world('auto');
  expect([await next(), await next(), await next(), await next(), await next()]).toEqual([
    'native',
    'native',
    'native',
    'gramjs',
    'gramjs',
  ]);
  expect(started.length).toBe(3);
  expect(started.every(({ isDisposed }) => isDisposed)).toBe(true);
  expect(warnings.length).toBe(1);
});

describe('a machine that cannot run the native lane', () => {
  /** The lane without its thread, on a decryptor that leaves everything as it is. */
  async function failsItsTest(): Promise<FileLane> {
    const decrypt = vi.spyOn(SimdIgeDecryptor.prototype, 'decrypt').mockImplementation(() => {});
    try {
      const { lane: service } = await laneWorld();
      service.selfTest();
      return lane('native');
    } finally {
      decrypt.mockRestore();
    }
  }
  /** More memory than there is. */
  const cannotStart = async () =>
    NativeLane.start(
      {
        credentials: () => Promise.reject(new Error('not asked here')),
        client: { apiId: 1, deviceModel: 'test', systemVersion: 'test', appVersion: 'test' },
        depth: 1e6,
        comesLast: false,
        connectTimeoutMs: 1000,
        requestTimeoutMs: 1000,
        log: () => {},
        warn: () => {},
      },
      new AbortController().signal,
    );

  describe.each([
    ['fails its self-test', failsItsTest, /decryption fails its self-test/],
    ['does not start', cannotStart, /the file lane broke/],
  ])('as it %s', (_, native, reason) => {
    it('uses the other one, says why, and asks no more', async () => {
      const events = createCoreEmitter();
      const notices: { level: string; text: string }[] = [];
      events.on('notice', (notice) => void notices.push(notice));
      const starter = vi.fn(native);
      const holder = new LaneHolder('auto', { gramjs: () => lane('gramjs'), native: starter }, events);
      const first = await holder.get();
      expect(first.name).toBe('gramjs');
      expect(await holder.get()).toBe(first);
      expect(starter).toHaveBeenCalledOnce();
      expect(notices).toEqual([{ level: 'warning', text: expect.stringMatching(reason) }]);
    });

    it('says so to whoever insists on it, and tries again for the next file', async () => {
      const starter = vi.fn(native);
      const holder = new LaneHolder(
        'native',
        { gramjs: () => lane('gramjs'), native: starter },
        createCoreEmitter(),
      );
      await expect(holder.get()).rejects.toMatchObject({
        code: 'internal',
        message: expect.stringMatching(reason),
      });
      await expect(holder.get()).rejects.toMatchObject({ code: 'internal' });
      expect(starter).toHaveBeenCalledTimes(2);
    });
  });

  it('is told from one that can', async () => {
    const { lane: service } = await laneWorld();
    expect(service.selfTest()).toBe('simd');
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    const { lane: portable } = await laneWorld();
    vi.restoreAllMocks();
    expect(portable.selfTest()).toBe('portable');
  });
});

it('whoever asked for the native lane gets no other', async () => {
  const { next } = world('native');
  for (let i = 0; i < 3; i++) expect(await next()).toBe('native');
  await expect(next()).rejects.toMatchObject({ code: 'internal' });
});

it('a lane that works is kept, and its buffers are among the pools', async () => {
  const { holder, started } = world('auto');
  expect(holder.pools()).toEqual([]);
  expect(await holder.shrink()).toBe(0);
  expect(await holder.get()).toBe(await holder.get());
  expect(started.length).toBe(1);
  expect(holder.pools()).toEqual([{ name: 'part buffers', inUse: 0, idle: 20, capacity: 20, waiting: 0 }]);
  expect(await holder.shrink()).toBe(2 ** 20);
});

it('a transfer whose lane broke begins again on the next one', async () => {
  await using bench = new Bench();
  bench.gateway.put(message({ messageId: 1 }), message({ messageId: 2 }));
  const lane: { isBroken?: boolean } & typeof bench.lane = bench.lane;
  let parts = 0;
  bench.lane.onPart = async () => {
    if (++parts > 1) return;
    lane.isBroken = true;
    throw new TadError('internal', 'the file lane broke');
  };
  bench.events.on('transfer.changed', () => {
    lane.isBroken = false;
  });
  expect(await bench.download()).toMatchObject({ completed: 2, failed: 0 });
});
