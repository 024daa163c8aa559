import { describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../../../src/core/download/policies/circuit_breaker.js';
import { AdaptiveDeadline, withDeadline } from '../../../../src/core/download/policies/deadline.js';
import { countFailure, decide, NO_FAILURES } from '../../../../src/core/download/policies/failure.js';
import { FloodGate } from '../../../../src/core/download/policies/flood_gate.js';
import { LearnedPace } from '../../../../src/core/download/policies/learned_pace.js';
import { RateLimit } from '../../../../src/core/download/policies/rate_limit.js';
import { retryDelay } from '../../../../src/core/download/policies/retry.js';
import { slowLink } from '../../../../src/core/download/policies/slow_link.js';
import { FloodWaitError, TadError, WrongDcError } from '../../../../src/core/errors.js';
import { ManualClock } from '../fakes/manual_clock.js';

const MB = 2 ** 20;
const never = new AbortController().signal;

describe('deadlines', () => {
  it('follow the answers, back off after time-outs and come back', () => {
    const deadline = new AdaptiveDeadline({ floorMs: 1_000, capMs: 30_000 });
    expect(deadline.currentMs).toBe(2_000);
    for (let i = 0; i < 50; i++) deadline.answered(2_000);
    expect(deadline.currentMs).toBeGreaterThan(3_900);
    expect(deadline.currentMs).toBeLessThan(4_200);
    const before = deadline.currentMs;
    deadline.timedOut();
    expect(deadline.currentMs).toBeCloseTo(2 * before);
    for (let i = 0; i < 10; i++) deadline.timedOut();
    expect(deadline.currentMs).toBe(30_000);
    deadline.answered(2_000);
    expect(deadline.currentMs).toBeLessThan(before * 1.1);
  });

  it('settle what does not heed its signal, and clean up after what does', async () => {
    const clock = new ManualClock();
    const deaf = withDeadline(clock, 500, 'x', never, () => new Promise<never>(() => {}));
    await expect(clock.runUntil(deaf)).rejects.toMatchObject({ code: 'timeout' });
    await expect(withDeadline(clock, 500, 'x', never, async () => 7)).resolves.toBe(7);
    expect(clock.pending).toBe(0);
  });

  it('are prolonged while bytes come that were asked for before, and not for a lost answer', async () => {
    const clock = new ManualClock();
    let received = 2 ** 32 - 10_000;
    const perSecond = async (bytes: number, seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        received = (received + bytes) >>> 0;
        await clock.advance(1_000);
      }
    };
    const request = (askedBytes: number) => {
      let outcome = 'waiting';
      const wait = slowLink(() => received, askedBytes);
      withDeadline(clock, 4_000, 'x', never, () => new Promise<never>(() => {}), wait).catch((error) => {
        outcome = error.message;
      });
      return () => outcome;
    };
    const slow = request(MB);
    const lost = request(20_000);
    await perSecond(10_000, 30);
    expect(slow()).toBe('waiting');
    expect(lost()).toBe('no answer to x within 4 s');
    await perSecond(100, 8);
    expect(slow()).toMatch(/within 3\d s/);
    const uncounted = slowLink(() => undefined, MB);
    expect(uncounted()).toBe(false);
  });

  it('pass on the reason of an abort', async () => {
    const abort = new AbortController();
    const waiting = withDeadline(
      new ManualClock(),
      500,
      'x',
      abort.signal,
      () => new Promise<never>(() => {}),
    );
    const reason = new TadError('disk-full', 'no room');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('retries', () => {
  it('grow exponentially with jitter, up to a cap, and end', () => {
    const at = (attempt: number, random: number) => retryDelay('server', attempt, () => random);
    expect(at(1, 0)).toBe(150);
    expect(at(1, 0.999)).toBeCloseTo(300, 0);
    expect(at(3, 0)).toBe(600);
    expect(at(19, 0)).toBe(4_000);
    expect(at(20, 0)).toBeUndefined();
    expect(retryDelay('unreachable', 1_000, () => 0)).toBe(2_500);
    expect(retryDelay('rejected', 1, () => 0)).toBeUndefined();
  });
});

describe('decisions', () => {
  const kindOf = (error: TadError, counts = NO_FAILURES) => decide(error, counts, () => 0).kind;

  it('send every error to its policy', () => {
    expect(kindOf(new FloodWaitError(3, 'upload.getFile'))).toBe('flood');
    expect(kindOf(new WrongDcError(4))).toBe('migrate');
    expect(kindOf(new TadError('reference-expired', ''))).toBe('refresh');
    expect(kindOf(new TadError('disk-full', ''))).toBe('no-room');
    expect(kindOf(new TadError('cancelled', ''))).toBe('drop');
    for (const code of ['timeout', 'server', 'corrupt', 'unreachable'] as const) {
      expect(kindOf(new TadError(code, ''))).toBe('retry');
    }
    for (const code of ['rejected', 'not-found', 'forbidden', 'internal', 'not-writable'] as const) {
      expect(kindOf(new TadError(code, ''))).toBe('fail');
    }
  });

  it('give up on a part that never comes, and never count a flood wait as a failure', () => {
    for (const error of [
      new TadError('server', ''),
      new TadError('reference-expired', ''),
      new WrongDcError(4),
    ]) {
      let counts = NO_FAILURES;
      let tries = 0;
      for (; tries < 100; tries++) {
        const decision = decide(error, counts, () => 0);
        if (decision.kind === 'fail') break;
        counts = countFailure(counts, decision);
      }
      expect(tries).toBeLessThan(30);
    }
    const flood = new FloodWaitError(1, 'x');
    expect(
      countFailure(
        NO_FAILURES,
        decide(flood, NO_FAILURES, () => 0),
      ),
    ).toEqual(NO_FAILURES);
  });
});

describe('FloodGate', () => {
  it('closes for the seconds asked, tells once per wait, and never opens early', async () => {
    const clock = new ManualClock();
    const told = vi.fn();
    const gate = new FloodGate(clock, told);
    gate.report(new FloodWaitError(7, 'upload.getFile'));
    gate.report(new FloodWaitError(7, 'upload.getFile'));
    expect(told).toHaveBeenCalledTimes(1);
    expect(told.mock.calls[0]?.[0]).toEqual({
      seconds: 7,
      method: 'upload.getFile',
      until: Math.ceil(clock.wallNow() / 1000 + 7),
    });
    expect(gate.closed()?.reason).toBe('Telegram asks to wait 7 s');
    await clock.advance(7_000);
    expect(gate.closed()).toBeDefined();
    await clock.advance(100);
    expect(gate.closed()).toBeUndefined();
  });

  it('is prolonged by a longer wait only', () => {
    const clock = new ManualClock();
    const gate = new FloodGate(clock, () => {});
    gate.report(new FloodWaitError(10, 'x'));
    const { until } = gate.closed()!;
    gate.report(new FloodWaitError(2, 'x'));
    expect(gate.closed()?.until).toBe(until);
    gate.report(new FloodWaitError(30, 'x'));
    expect(gate.closed()?.until).toBe(until + 20_000);
    expect(gate.count).toBe(2);
  });

  it('waits for the last answer to a burst, and tells of the first', async () => {
    const clock = new ManualClock();
    const told = vi.fn();
    const gate = new FloodGate(clock, told);
    gate.report(new FloodWaitError(5, 'x'));
    await clock.advance(900);
    gate.report(new FloodWaitError(5, 'x'));
    expect(told).toHaveBeenCalledTimes(1);
    await clock.advance(5_000);
    expect(gate.closed()).toBeDefined();
    await clock.advance(100);
    expect(gate.closed()).toBeUndefined();
  });
});

describe('LearnedPace', () => {
  /** Requests as fast as the pace lets them, for a while; returns how many passed. */
  async function run(clock: ManualClock, pace: LearnedPace, ms: number, everyMs: number): Promise<number> {
    let passed = 0;
    for (const end = clock.now() + ms; clock.now() < end; await clock.advance(everyMs)) {
      if (pace.closed()) continue;
      pace.passed();
      passed++;
    }
    return passed;
  }

  it('holds nothing up before a flood', async () => {
    const clock = new ManualClock();
    expect(await run(clock, new LearnedPace(clock), 1_000, 10)).toBe(100);
  });

  it('goes on below what the server let through, the wait counted in, and stays there while that is fresh', async () => {
    const clock = new ManualClock();
    const pace = new LearnedPace(clock);
    await run(clock, pace, 3_000, 10); // 300 requests
    pace.flooded(27_000);
    expect(pace.perSecond).toBeCloseTo(8.5, 1);
    await clock.advance(27_000);
    expect(pace.closed()).toBeUndefined();
    expect(pace.perSecond).toBeCloseTo(8.5, 1);
    const passed = await run(clock, pace, 240_000, 10);
    expect(passed / 240).toBeGreaterThan(9);
    expect(passed / 240).toBeLessThan(9.6);
  });

  it('rises when the lesson is old, and forgets it well above what was refused', async () => {
    const clock = new ManualClock();
    const pace = new LearnedPace(clock);
    await run(clock, pace, 2_000, 50); // 20 a second
    pace.flooded(2_000);
    await clock.advance(302_000);
    await run(clock, pace, 60_000, 10);
    expect(pace.perSecond).toBeGreaterThan(20);
    await run(clock, pace, 60_000, 10);
    expect(pace.perSecond).toBeUndefined();
  });

  it('is halved at most by each wait, down to two a second', async () => {
    const clock = new ManualClock();
    const pace = new LearnedPace(clock);
    await run(clock, pace, 2_000, 10); // 100 a second
    pace.flooded(0);
    const before = pace.perSecond ?? 0;
    pace.flooded(60_000);
    expect(pace.perSecond).toBeCloseTo(before * 0.5 * 0.85, 0);
    for (let i = 0; i < 50; i++) pace.flooded(60_000);
    expect(pace.perSecond).toBe(2);
  });

  /** Lets through what each number says, then refuses for a second. */
  async function refusals(clock: ManualClock, pace: LearnedPace, counts: readonly number[]): Promise<void> {
    for (const count of counts) {
      for (let passed = 0; passed < count; await clock.advance(10)) {
        if (pace.closed()) continue;
        pace.passed();
        passed++;
      }
      pace.flooded(1_000);
      await clock.advance(1_000);
    }
  }

  it('gives up at a server that refuses without any measure, and learns again later', async () => {
    const clock = new ManualClock();
    const pace = new LearnedPace(clock);
    await refusals(clock, pace, [10, 4, 12, 6]);
    expect(pace.perSecond).toBeLessThan(3);
    await refusals(clock, pace, [2, 11, 5, 17, 3, 9]);
    expect(pace.perSecond).toBeUndefined();
    await refusals(clock, pace, [10, 1, 25]);
    expect(pace.perSecond).toBeUndefined();
    await clock.advance(300_000);
    await refusals(clock, pace, [10]);
    expect(pace.perSecond).toBeDefined();
  });

  it('stays slow at a server that refuses after as many requests each time', async () => {
    const clock = new ManualClock();
    const pace = new LearnedPace(clock);
    await refusals(
      clock,
      pace,
      Array.from({ length: 50 }, (_, i) => 10 + (i % 3)),
    );
    expect(pace.perSecond).toBeLessThan(3);
  });

  it('does not let floods recur at a server that counts over half a minute', async () => {
    const clock = new ManualClock();
    const gate = new FloodGate(clock, () => {});
    const pace = new LearnedPace(clock);
    /** At most 300 requests in any 30 s. */
    const asked: number[] = [];
    const minutes = 10;
    for (const end = clock.now() + minutes * 60_000; clock.now() < end; await clock.advance(10)) {
      if (gate.closed() || pace.closed()) continue;
      pace.passed();
      while (asked.length > 0 && (asked[0] ?? 0) <= clock.now() - 30_000) asked.shift();
      if (asked.length < 300) {
        asked.push(clock.now());
        continue;
      }
      const seconds = Math.ceil(((asked[0] ?? 0) + 30_000 - clock.now()) / 1000);
      pace.flooded(seconds * 1000);
      gate.report(new FloodWaitError(seconds, 'upload.getFile'));
    }
    expect(gate.count).toBeLessThanOrEqual(2);
  });
});

describe('RateLimit', () => {
  it('lets through what was set, whatever the size of a part, and can be changed while running', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(clock, 100_000);
    let bytes = 0;
    const run = async (ms: number, part: number) => {
      for (const end = clock.now() + ms; clock.now() < end; await clock.advance(20)) {
        if (limit.closed()) continue;
        limit.take(part);
        bytes += part;
      }
    };
    await run(20_000, 65_536);
    expect(bytes / 20).toBeGreaterThan(90_000);
    expect(bytes / 20).toBeLessThan(110_000);
    limit.set(1_000_000);
    bytes = 0;
    await run(10_000, MB);
    expect(bytes / 10).toBeGreaterThan(900_000);
    expect(bytes / 10).toBeLessThan(1_160_000);
    limit.set(undefined);
    expect(limit.closed()).toBeUndefined();
  });
});

describe('CircuitBreaker', () => {
  it('opens after failures in a row, lets one try through, and closes when that succeeds', async () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreaker(clock, () => 1, 'data centre 4');
    for (let i = 0; i < 4; i++) {
      expect(breaker.allowance).toBe(i < 2 ? Infinity : 2);
      await clock.advance(10);
      breaker.failed(clock.now());
      await clock.advance(10);
    }
    expect(breaker.closed()?.reason).toContain('data centre 4 cannot be reached');
    await clock.advance(1_000);
    expect(breaker.allowance).toBe(1);
    breaker.failed(clock.now());
    await clock.advance(1_900);
    expect(breaker.allowance).toBe(0);
    await clock.advance(200);
    expect(breaker.allowance).toBe(1);
    expect(breaker.brokenForMs).toBeGreaterThan(3_000);
    breaker.succeeded();
    expect(breaker.allowance).toBe(Infinity);
    expect(breaker.brokenForMs).toBe(0);
  });

  it('counts requests that died together once', async () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreaker(clock, () => 1, 'x');
    const sent = clock.now();
    await clock.advance(100);
    for (let i = 0; i < 20; i++) breaker.failed(sent);
    expect(breaker.closed()).toBeUndefined();
  });

  it('tries at once when the machine wakes up', () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreaker(clock, () => 1, 'x');
    for (let i = 0; i < 4; i++) breaker.failed(clock.now() + i);
    void clock.advance(1);
    breaker.reset();
    expect(breaker.allowance === 1 || breaker.allowance === Infinity).toBe(true);
  });
});
