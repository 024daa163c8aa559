import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectGarbage } from '../../../src/core/memory/collector.js';
import {
  getMemoryMonitor,
  getObjectPool,
  getObjectPoolStats,
  type LeakReport,
  type Lease,
  ObjectPool,
  type ObjectPoolOptions,
  performMemoryCleanup,
} from '../../../src/core/memory/index.js';
import { settled } from './fake_world.js';
import { randomFrom } from './random.js';

interface Thing {
  readonly number: number;
}

function thingPool(options: Partial<ObjectPoolOptions<Thing>> = {}) {
  let number = 0;
  const destroyed: number[] = [];
  const pool = new ObjectPool<Thing>({
    name: 'things',
    maxSize: 2,
    create: () => ({ number: ++number }),
    destroy: (thing) => {
      destroyed.push(thing.number);
    },
    ...options,
  });
  return { pool, destroyed };
}

describe('a pool', () => {
  it('makes objects up to its bound, and reuses the one that was used last', () => {
    const { pool } = thingPool();
    const first = pool.tryAcquire();
    const second = pool.tryAcquire();
    expect(pool.tryAcquire()).toBeUndefined();
    first?.release();
    second?.release();
    expect(pool.tryAcquire()?.value).toEqual({ number: 2 });
    expect(pool.stats()).toMatchObject({
      name: 'things',
      capacity: 2,
      inUse: 1,
      idle: 1,
      created: 2,
      acquired: 3,
    });
  });

  it('takes a lease back at the end of a using block, once', async () => {
    const { pool } = thingPool();
    {
      using lease = await pool.acquire();
      expect(lease.value.number).toBe(1);
      lease.release();
    }
    expect(pool.stats()).toMatchObject({ inUse: 0, idle: 1 });
  });

  it('refuses a second release, use after release, and leases of others', () => {
    const { pool } = thingPool();
    const other = thingPool({ name: 'other' }).pool;
    const lease = pool.tryAcquire() as Lease<Thing>;
    expect(() => other.release(lease)).toThrow(expect.objectContaining({ code: 'foreign' }));
    pool.release(lease);
    expect(() => lease.release()).toThrow(expect.objectContaining({ code: 'released' }));
    expect(() => pool.release(lease)).toThrow('released twice');
    expect(() => lease.value).toThrow('used after release');
    const again = pool.tryAcquire();
    expect(() => lease.discard()).toThrow('released twice');
    expect(again?.released).toBe(false);
    expect(pool.stats()).toMatchObject({ inUse: 1, idle: 0 });
  });

  it('gives an object back after use, whatever happens', async () => {
    const { pool } = thingPool();
    expect(await pool.use(async ({ number }) => number)).toBe(1);
    await expect(pool.use(() => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    expect(pool.stats()).toMatchObject({ inUse: 0, idle: 1 });
  });

  it('destroys what is discarded, fails its reset, or is no longer valid', () => {
    const problems: string[] = [];
    let valid = true;
    const { pool, destroyed } = thingPool({
      reset: ({ number }) => {
        if (number === 2) throw new Error('reset');
      },
      validate: ({ number }) => {
        if (number === 4) throw new Error('validate');
        return valid;
      },
      onError: (error, during) => problems.push(`${during}: ${error}`),
    });
    pool.tryAcquire()?.discard();
    pool.tryAcquire()?.release();
    expect(destroyed).toEqual([1, 2]);
    pool.tryAcquire()?.release();
    valid = false;
    const fourth = pool.tryAcquire();
    expect(fourth?.value.number).toBe(4);
    valid = true;
    fourth?.release();
    expect(pool.tryAcquire()?.value.number).toBe(5);
    expect(destroyed).toEqual([1, 2, 3, 4]);
    expect(problems).toEqual(['reset: Error: reset', 'validate: Error: validate']);
    expect(pool.stats()).toMatchObject({ inUse: 1, idle: 0, created: 5, destroyed: 4 });
  });

  it('keeps its bound when a hook asks the pool itself', () => {
    const asked: (Lease<Thing> | undefined)[] = [];
    const { pool } = thingPool({
      maxSize: 1,
      create: () => {
        asked.push(pool.tryAcquire());
        return { number: 1 };
      },
      reset: () => {
        asked.push(pool.tryAcquire());
      },
    });
    pool.tryAcquire()?.release();
    expect(asked).toEqual([undefined, undefined]);
    expect(pool.stats()).toMatchObject({ inUse: 0, idle: 1, created: 1 });
  });

  it('survives a destroy that fails, at once or later', async () => {
    const problems: string[] = [];
    const onError = (_: unknown, during: string) => problems.push(during);
    for (const destroy of [
      () => Promise.reject(new Error('later')),
      () => {
        throw new Error('at once');
      },
    ]) {
      thingPool({ destroy, onError }).pool.tryAcquire()?.discard();
      await settled();
    }
    expect(problems).toEqual(['destroy', 'destroy']);
  });

  it('lends on when those who are told of trouble throw themselves', async () => {
    const { pool, destroyed } = thingPool({
      maxSize: 1,
      validate: () => {
        throw new Error('validate');
      },
      destroy: () => Promise.reject(new Error('destroy')),
      onError: () => {
        throw new Error('onError');
      },
    });
    pool.tryAcquire()?.release();
    expect(pool.tryAcquire()?.value.number).toBe(2);
    // An unhandled rejection would fail the test run.
    await settled();
    expect(destroyed).toEqual([]);
    expect(pool.stats()).toMatchObject({ inUse: 1, created: 2, destroyed: 1 });
  });

  it('shrinks to the ones that were used last', () => {
    const { pool, destroyed } = thingPool({ maxSize: 4, objectBytes: 10 });
    const leases = Array.from({ length: 4 }, () => pool.tryAcquire());
    for (const lease of leases) lease?.release();
    expect(pool.stats().bytes).toBe(40);
    expect(pool.shrink(1)).toBe(3);
    expect(destroyed).toEqual([3, 2, 1]);
    expect(pool.shrink(1)).toBe(0);
    expect(pool.tryAcquire()?.value.number).toBe(4);
    expect(pool.stats()).toMatchObject({ inUse: 1, idle: 0, bytes: 10, peakSize: 4 });
  });

  it.each([0, 1.5, -1])('refuses a bound of %d', (maxSize) => {
    expect(() => thingPool({ maxSize })).toThrow(RangeError);
  });
});

describe('waiting', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is first come, first served, and nobody overtakes', async () => {
    const { pool } = thingPool({ maxSize: 1 });
    const held = await pool.acquire();
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (who) => {
      const lease = await pool.acquire();
      order.push(who);
      lease.release();
    });
    expect(pool.stats().waiting).toBe(3);
    held.release();
    expect(pool.tryAcquire()).toBeUndefined();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(pool.tryAcquire()).toBeDefined();
  });

  it('ends with a timeout that says who has the objects', async () => {
    const { pool } = thingPool({ maxSize: 1 });
    const held = await pool.acquire();
    const late = expect(pool.acquire({ timeoutMs: 100 })).rejects.toThrow(
      'no object of pool things came free within 100 ms (1 of 1 in use)',
    );
    const patient = pool.acquire({ timeoutMs: 200 });
    await vi.advanceTimersByTimeAsync(150);
    await late;
    held.release();
    const lease = await patient;
    await vi.advanceTimersByTimeAsync(100);
    expect(pool.stats()).toMatchObject({ waiting: 0, inUse: 1, timeouts: 1 });
    lease.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be given up, also before it begins', async () => {
    const { pool } = thingPool({ maxSize: 1 });
    const held = await pool.acquire();
    const aborter = new AbortController();
    const given = pool.acquire({ signal: aborter.signal, timeoutMs: 1000 });
    const next = pool.acquire();
    aborter.abort(new Error('changed my mind'));
    await expect(given).rejects.toThrow('changed my mind');
    await expect(pool.acquire({ signal: aborter.signal })).rejects.toThrow('changed my mind');
    held.release();
    expect((await next).value.number).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when a place comes free without an object', async () => {
    const { pool } = thingPool({ maxSize: 1 });
    const held = await pool.acquire();
    const waiting = pool.acquire();
    held.discard();
    expect((await waiting).value.number).toBe(2);
  });

  it('is refused by a closed pool, which destroys what comes back', async () => {
    const { pool, destroyed } = thingPool({ maxSize: 2 });
    const held = await pool.acquire();
    (await pool.acquire()).release();
    const { pool: full } = thingPool({ maxSize: 1 });
    await full.acquire();
    const waiting = expect(full.acquire()).rejects.toMatchObject({ code: 'closed' });
    await full.close();
    await waiting;
    await pool[Symbol.asyncDispose]();
    await pool.close();
    expect(destroyed).toEqual([2]);
    held.release();
    expect(destroyed).toEqual([2, 1]);
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'closed' });
    expect(() => pool.tryAcquire()).toThrow('pool things is closed');
  });
});

describe('objects made asynchronously', () => {
  function slowPool(maxSize: number) {
    const making: PromiseWithResolvers<Thing>[] = [];
    const problems: string[] = [];
    const signals: AbortSignal[] = [];
    const { pool, destroyed } = thingPool({
      maxSize,
      create: (signal) => {
        signals.push(signal);
        const made = Promise.withResolvers<Thing>();
        making.push(made);
        return made.promise;
      },
      onError: (error, during) => problems.push(`${during}: ${error}`),
    });
    return { pool, making, problems, signals, destroyed };
  }

  it('go to who waits longest, and no more are made than fit', async () => {
    const { pool, making } = slowPool(2);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (who) => {
      const lease = await pool.acquire();
      order.push(who);
      return lease;
    });
    await settled();
    expect(making).toHaveLength(2);
    making[1]?.resolve({ number: 2 });
    const first = await waiting[0];
    expect(first?.value.number).toBe(2);
    making[0]?.resolve({ number: 1 });
    (await waiting[1])?.release();
    await waiting[2];
    expect(order).toEqual([1, 2, 3]);
    expect(making).toHaveLength(2);
  });

  it('can fail: one who waits is told, the others get theirs', async () => {
    const { pool, making, problems } = slowPool(1);
    const first = expect(pool.acquire()).rejects.toThrow('refused');
    const second = pool.acquire();
    making[0]?.reject(new Error('refused'));
    await first;
    await settled();
    making[1]?.resolve({ number: 2 });
    expect((await second).value.number).toBe(2);
    expect(problems).toEqual([]);
  });

  it('come to the idle ones when nobody waits any more', async () => {
    const { pool, making, problems } = slowPool(1);
    expect(pool.tryAcquire()).toBeUndefined();
    making[0]?.resolve({ number: 1 });
    await settled();
    expect(pool.tryAcquire()?.value.number).toBe(1);
    const other = slowPool(1);
    other.pool.tryAcquire();
    other.making[0]?.reject(new Error('refused'));
    await settled();
    expect(other.problems).toEqual(['create: Error: refused']);
    expect(problems).toEqual([]);
  });

  it('are made one at a time for who asks again and again, and for each who waits', async () => {
    const { pool, making } = slowPool(10);
    for (let asked = 0; asked < 50; asked++) expect(pool.tryAcquire()).toBeUndefined();
    expect(making).toHaveLength(1);
    const waiting = [pool.acquire(), pool.acquire(), pool.acquire()];
    expect(making).toHaveLength(3);
    for (const [n, made] of making.entries()) made.resolve({ number: n });
    expect((await Promise.all(waiting)).map(({ value }) => value.number)).toEqual([0, 1, 2]);
  });

  it('may come by a promise of another kind', async () => {
    const thing = { number: 5 };
    // biome-ignore lint/suspicious/noThenProperty: the promise of some other library
    const foreign: PromiseLike<Thing> = { then: (...handlers) => Promise.resolve(thing).then(...handlers) };
    const { pool } = thingPool({ create: () => foreign });
    expect(pool.tryAcquire()).toBeUndefined();
    expect((await pool.acquire()).value).toBe(thing);
  });

  it('are not wanted any more when the pool was closed', async () => {
    const { pool, making, signals, destroyed } = slowPool(1);
    const waiting = expect(pool.acquire()).rejects.toMatchObject({ code: 'closed' });
    await pool.close();
    await waiting;
    expect(signals[0]?.aborted).toBe(true);
    making[0]?.resolve({ number: 1 });
    await settled();
    expect(destroyed).toEqual([1]);
  });

  it('pass on what a synchronous create throws', async () => {
    const create = () => {
      throw new Error('no memory');
    };
    const { pool } = thingPool({ create });
    expect(() => pool.tryAcquire()).toThrow('no memory');
    await expect(pool.acquire()).rejects.toThrow('no memory');
    expect(pool.stats()).toMatchObject({ inUse: 0, waiting: 0 });
  });
});

describe('leaks', () => {
  it('free their place, are reported with where they were acquired, and do not lend the object again', async () => {
    const reports: LeakReport[] = [];
    const { pool, destroyed } = thingPool({
      maxSize: 1,
      traceLeaks: true,
      onLeak: (report) => reports.push(report),
    });
    const forgetful = () => void pool.tryAcquire();
    forgetful();
    const waiting = pool.acquire();
    await vi.waitFor(() => {
      collectGarbage();
      expect(reports).toHaveLength(1);
    });
    const lease = await waiting;
    expect(lease.value.number).toBe(2);
    expect(destroyed).toEqual([1]);
    expect(reports[0]).toMatchObject({ pool: 'things', heldMs: expect.any(Number) });
    expect(reports[0]?.stack).toContain('forgetful');
    expect(pool.stats()).toMatchObject({ inUse: 1, leaked: 1 });
    lease.release();
  });

  it('are noticed though the report of one fails: that is told, and the place is free', async () => {
    const problems: string[] = [];
    const { pool } = thingPool({
      maxSize: 1,
      onLeak: () => {
        throw new Error('report');
      },
      onError: (error, during) => problems.push(`${during}: ${error}`),
    });
    const forgetful = () => void pool.tryAcquire();
    forgetful();
    await vi.waitFor(() => {
      collectGarbage();
      expect(problems).toEqual(['onLeak: Error: report']);
    });
    expect(pool.tryAcquire()?.value.number).toBe(2);
  });

  it('are none when the lease was given back, nor while it is held', async () => {
    const { pool } = thingPool({ maxSize: 3 });
    const held = pool.tryAcquire();
    pool.tryAcquire()?.release();
    pool.tryAcquire()?.discard();
    for (let round = 0; round < 3; round++) {
      await settled();
      collectGarbage();
    }
    await settled();
    expect(pool.stats()).toMatchObject({ inUse: 1, idle: 0, leaked: 0 });
    held?.release();
  });
});

it('never lends an object twice nor exceeds its bound, whatever is done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer(),
      fc.boolean(),
      async (maxSize, seed, slow) => {
        const random = randomFrom(seed);
        let alive = 0;
        let mostAlive = 0;
        let number = 0;
        const { pool } = thingPool({
          maxSize,
          create: () => {
            mostAlive = Math.max(mostAlive, ++alive);
            const thing = { number: ++number };
            return slow ? settled().then(() => thing) : thing;
          },
          destroy: () => {
            alive--;
          },
          reset: () => {
            if (random() < 0.1) throw new Error('reset');
          },
        });
        const lent = new Set<Thing>();
        const task = async () => {
          for (let n = 0; n < 10; n++) {
            const aborter = new AbortController();
            if (random() < 0.2) queueMicrotask(() => aborter.abort());
            const lease = await pool.acquire({ signal: aborter.signal }).catch(() => undefined);
            if (!lease) continue;
            expect(lent.has(lease.value)).toBe(false);
            lent.add(lease.value);
            if (random() < 0.5) await Promise.resolve();
            lent.delete(lease.value);
            if (random() < 0.2) lease.discard();
            else lease.release();
            if (random() < 0.1) pool.shrink();
          }
        };
        await Promise.all(Array.from({ length: 8 }, task));
        await settled();
        expect(pool.stats()).toMatchObject({ inUse: 0, waiting: 0 });
        expect(alive).toBe(pool.stats().idle);
        expect(mostAlive).toBeLessThanOrEqual(maxSize);
      },
    ),
    { numRuns: 60 },
  );
});

describe('shared pools', () => {
  it('are one per name, show live figures, and shrink when the shared monitor cleans up', async () => {
    const pool = getObjectPool('test buffers', () => new Uint8Array(1000), 3, { objectBytes: 1000 });
    expect(getObjectPool('test buffers', () => new Uint8Array(5))).toBe(pool);
    pool.tryAcquire()?.release();
    expect(getObjectPoolStats()).toMatchObject([{ name: 'test buffers', idle: 1, capacity: 3, bytes: 1000 }]);
    const { steps } = await performMemoryCleanup();
    expect(steps).toContainEqual({ name: 'object pools', freed: 1000 });
    expect(pool.stats().idle).toBe(0);
    await pool.close();
    expect(getObjectPoolStats()).toEqual([]);
    expect(getObjectPool('test buffers', () => new Uint8Array(5))).not.toBe(pool);
    expect(getMemoryMonitor()).toBe(getMemoryMonitor());
  });
});
