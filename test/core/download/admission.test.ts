import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/download/clock.js';
import { Admission } from '../../../src/core/download/policies/admission.js';
import { TadError } from '../../../src/core/errors.js';
import { Bench } from './fakes/bench.js';
import { latency, message } from './fakes/fake_telegram.js';
import { ManualClock } from './fakes/manual_clock.js';

const MB = 2 ** 20;

describe('the gate', () => {
  const fresh = () => {
    const clock = new ManualClock();
    return { clock, gate: new Admission(clock, 'data centre 4') };
  };

  it('is closed until what is waited for has settled, however it does', async () => {
    const { clock, gate } = fresh();
    for (const end of ['resolve', 'reject'] as const) {
      const done = Promise.withResolvers<void>();
      gate.await(done.promise);
      expect(gate.closed()).toBeDefined();
      if (end === 'resolve') done.resolve();
      else done.reject(new Error('refused'));
      await clock.advance(0);
      expect(gate.closed()).toBeUndefined();
    }
  });

  it('says at first when it will open, and when that has passed, that it cannot tell', async () => {
    const { clock, gate } = fresh();
    gate.await(new Promise(() => {}));
    expect(gate.closed()).toEqual({
      reason: 'connecting to data centre 4',
      until: clock.now() + 1_000,
    });
    await clock.advance(1_000);
    expect(gate.closed()?.until).toBe(Infinity);
  });

  it('is not opened by what was waited for before', async () => {
    const { clock, gate } = fresh();
    const before = Promise.withResolvers<void>();
    gate.await(before.promise);
    gate.await(new Promise(() => {}));
    before.resolve();
    await clock.advance(0);
    expect(gate.closed()).toBeDefined();
  });
});

/** Ends a run that has shown what it was to show. */
async function stopped(clock: ManualClock, run: Promise<unknown>, stop: AbortController): Promise<void> {
  stop.abort();
  await expect(clock.runUntil(run, 10_000)).rejects.toMatchObject({ code: 'cancelled' });
}

/** A lane that needs `ms` to agree on a key with data centre 4, in which nothing may be asked there. */
function needsKey(
  bench: Bench,
  clock: Clock,
  ms: number,
  outcome: () => TadError | undefined = () => undefined,
) {
  const told = { admissions: 0, isAdmitted: false };
  let admission: Promise<void> | undefined;
  Object.assign(bench.lane, {
    admission: (dcId: number) => {
      if (dcId !== 4 || told.isAdmitted) return undefined;
      admission ??= new Promise((resolve, reject) => {
        told.admissions++;
        clock.after(ms, () => {
          admission = undefined;
          const error = outcome();
          told.isAdmitted = error === undefined;
          if (error === undefined) resolve();
          else reject(error);
        });
      });
      return admission;
    },
  });
  return told;
}

describe('while the lane agrees on a key with a data centre', () => {
  it('nothing is asked there, one part waits, and the bytes under way are for the others', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock, maxBytesUnderWay: 2 * MB });
    const told = needsKey(bench, clock, 30_000);
    for (let id = 1; id <= 8; id++) {
      bench.gateway.put(message({ messageId: id, size: MB, dcId: id > 4 ? 4 : 2 }));
    }
    bench.lane.onPart = latency(clock, 100);
    const run = bench.download();
    await clock.advance(5_000);
    expect(bench.lane.requests.map(({ location }) => location.dcId)).toEqual([2, 2, 2, 2]);
    expect(bench.payloads('transfer.completed')).toHaveLength(4);
    const reasons = bench.payloads('transfer.changed').flatMap(({ reason }) => reason ?? []);
    expect(new Set(reasons)).toEqual(new Set(['connecting to data centre 4']));
    expect(await clock.runUntil(run)).toMatchObject({ completed: 8, failed: 0 });
    expect(told.admissions).toBe(1);
    // Nobody's deadline ran meanwhile.
    expect(bench.lane.requests).toHaveLength(8);
  });

  it('a short one is not worth a word', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    needsKey(bench, clock, 600);
    bench.gateway.put(message({ messageId: 1, dcId: 4 }));
    await clock.runUntil(bench.download());
    expect(bench.payloads('transfer.changed').filter(({ state }) => state === 'waiting')).toEqual([]);
  });

  it('a failure of the passing kind is tried again, and costs no file its tries', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    let left = 40;
    needsKey(bench, clock, 50, () => (left-- > 0 ? new TadError('unreachable', 'no key') : undefined));
    bench.gateway.put(message({ messageId: 1, dcId: 4 }), message({ messageId: 2, dcId: 4 }));
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 2, failed: 0 });
  });

  it('one that comes about after failures lets everything through again', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    let left = 5;
    const told = needsKey(bench, clock, 50, () =>
      left-- > 0 ? new TadError('unreachable', 'no key') : undefined,
    );
    for (let id = 1; id <= 4; id++) bench.gateway.put(message({ messageId: id, dcId: 4 }));
    bench.lane.onPart = latency(clock, 60_000);
    const stop = new AbortController();
    const run = bench.download(undefined, {}, stop.signal);
    await clock.until(() => told.isAdmitted, 30_000);
    await clock.advance(100);
    expect(bench.lane.underWay).toBe(4);
    await stopped(clock, run, stop);
  });

  it('one that is final fails the files that need it, and no others', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    needsKey(bench, clock, 50, () => new TadError('rejected', 'AUTH_BYTES_INVALID'));
    bench.gateway.put(message({ messageId: 1, dcId: 4 }), message({ messageId: 2, dcId: 2 }));
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1, failed: 1 });
    expect(bench.payloads('transfer.failed')[0]).toMatchObject({ reason: 'AUTH_BYTES_INVALID' });
  });

  it.each([
    ['with an error of the server at once', 0],
    ['by a connection that does not come about', 15_000],
  ])('one that fails %s is tried a few times, and its only place goes to others', async (_, ms) => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    const told = needsKey(bench, clock, ms, () => new TadError('server', 'RPC_CALL_FAIL'));
    bench.gateway.put(message({ messageId: 2, dcId: 4 }), message({ messageId: 1, dcId: 2 }));
    const stop = new AbortController();
    const run = bench.download(undefined, { parallel: 1 }, stop.signal);
    await clock.until(() => bench.payloads('transfer.completed').length === 1, 100_000);
    expect(bench.payloads('transfer.completed')[0]?.messageId).toBe(1);
    expect(told.admissions).toBeLessThan(10);
    expect(bench.payloads('transfer.failed')).toEqual([]);
    await stopped(clock, run, stop);
  });

  it('one that takes minutes leaves its place to others', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    needsKey(bench, clock, 900_000);
    bench.gateway.put(message({ messageId: 2, dcId: 4 }), message({ messageId: 1, dcId: 2 }));
    const run = bench.download(undefined, { parallel: 1 });
    await clock.until(() => bench.payloads('transfer.completed').length === 1, 30_000);
    expect(await clock.runUntil(run)).toMatchObject({ completed: 2, failed: 0 });
  });

  it('stopping does not wait for it', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    needsKey(bench, clock, 1e9);
    bench.gateway.put(message({ messageId: 1, dcId: 4 }));
    const stop = new AbortController();
    const run = bench.download(undefined, {}, stop.signal);
    await clock.until(() => bench.payloads('transfer.started').length > 0);
    await stopped(clock, run, stop);
  });
});

describe('files of a data centre in trouble', () => {
  it('leave a place to those of another one, however many come before them', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let id = 1; id <= 15; id++) {
      bench.gateway.put(message({ messageId: id, size: 2 * MB, dcId: id > 5 ? 4 : 2 }));
    }
    // One connection is lost; then it falls silent when the first of four, which found nobody else waiting, is through.
    const whileWell = latency(clock, 1_000);
    let isLost = false;
    bench.lane.onPart = (request, signal) => {
      if (request.location.dcId === 2) return;
      if (!isLost) {
        isLost = true;
        throw new TadError('unreachable', 'reset');
      }
      const isWell = bench.payloads('transfer.completed').length === 0;
      return isWell ? whileWell(request, signal) : new Promise(() => {});
    };
    const stop = new AbortController();
    const run = bench.download(undefined, {}, stop.signal);
    await clock.until(() => bench.payloads('transfer.completed').length === 6, 10_000);
    await stopped(clock, run, stop);
  });

  it('take all places where no others wait', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let id = 1; id <= 4; id++) bench.gateway.put(message({ messageId: id, size: 2 * MB, dcId: 4 }));
    bench.lane.onPart = () => new Promise(() => {});
    const stop = new AbortController();
    const run = bench.download(undefined, {}, stop.signal);
    await clock.until(() => bench.payloads('transfer.started').length === 4, 5_000);
    await stopped(clock, run, stop);
  });

  it('come in their order where there is no trouble', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let id = 1; id <= 12; id++) {
      bench.gateway.put(message({ messageId: id, size: 2 * MB, dcId: id > 3 ? 2 : 4 }));
    }
    bench.lane.onPart = latency(clock, 1_000);
    await clock.runUntil(bench.download(undefined, { parallel: 2 }));
    const started = bench.payloads('transfer.started').map(({ messageId }) => messageId);
    expect(started).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('that is dead are put back once, and the others get all places', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let id = 1; id <= 20; id++) {
      bench.gateway.put(message({ messageId: id, size: 2 * MB, dcId: id > 18 ? 4 : 2 }));
    }
    bench.gateway.pageSize = 100;
    const whileWell = latency(clock, 5_000);
    bench.lane.onPart = (request, signal) => {
      if (request.location.dcId === 4) throw new TadError('unreachable', 'dead');
      return whileWell(request, signal);
    };
    const stop = new AbortController();
    const run = bench.download(undefined, { parallel: 2 }, stop.signal);
    await clock.until(() => bench.payloads('transfer.completed').length === 18, 180_000);
    const dead = bench.payloads('transfer.started').filter(({ messageId }) => messageId > 18);
    expect(dead.length).toBeLessThanOrEqual(4);
    await stopped(clock, run, stop);
  });
});
