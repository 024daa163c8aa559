import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WaitLines, Waits } from '../../src/cli/waits.js';
import { createCoreEmitter } from '../../src/core/events.js';
import { SUMMARY, transfer } from './fake_core.js';
import { makeWorld } from './fake_io.js';

describe('what a command waits for', () => {
  it('is told with its time and its reason, once it takes long', () => {
    const events = createCoreEmitter();
    let now = 0;
    using waits = new Waits(events, () => now);
    expect([waits.text, waits.reason]).toEqual([undefined, undefined]);
    waits.begin('connecting to Telegram');
    expect([waits.text, waits.reason]).toEqual([undefined, 'connecting to Telegram']);
    now = 2_900;
    expect(waits.text).toBe('connecting to Telegram for 2 s');
    events.emit('connection.retry', { reason: 'no connection in time' });
    now = 65_000;
    expect(waits.text).toBe('connecting to Telegram for 1 min 05 s (no connection in time; trying again)');
    events.emit('flood.wait', { seconds: 30, method: 'users.getUsers', until: 95 });
    expect(waits.reason).toBe('connecting to Telegram (Telegram asks to wait 30 s)');
    now = 95_000;
    events.emit('connection.state', { state: 'online', dcId: 2 });
    expect(waits.reason).toBe('connecting to Telegram');
    waits.begin(undefined);
    expect([waits.text, waits.reason]).toEqual([undefined, undefined]);
  });
});

describe('the lines of a wait', () => {
  /** Asks once a second; `reasons` is one letter a second, a blank for no wait. */
  function told(reasons: string): string[] {
    const lines = new WaitLines();
    return [...reasons].flatMap((letter, second) => {
      const line = lines.look(letter === ' ' ? undefined : letter, second * 1000);
      return line === undefined ? [] : [`${second}: ${line}`];
    });
  }

  it('are none for a short one', () => {
    expect(told('aaaaa     aaaaa ')).toEqual([]);
  });

  it('are few for a long one, and one when it is over', () => {
    expect(told(`${'a'.repeat(100)}     aaaaa`)).toEqual([
      '5: waiting for 5 s: a',
      '35: waiting for 35 s: a',
      '95: waiting for 1 min 35 s: a',
      '102: going on after 1 min 39 s',
    ]);
  });

  it('take a try that failed at once for a part of the wait', () => {
    expect(told('aaaaaaaa aaaa  aaaa      ')).toEqual(['5: waiting for 5 s: a', '21: going on after 18 s']);
  });
});

describe('waits on stderr', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Runs a call until `seconds` have passed on the command's clock, before `Telegram` gives its answer. */
  async function stderrAfter(seconds: number, isTerminal: boolean, ...argv: string[]): Promise<string> {
    const world = makeWorld();
    world.stderr.isTTY = isTerminal;
    const answer = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const connect = world.core.connect.bind(world.core);
    world.core.connect = async () => {
      begun.resolve();
      await answer.promise;
      return await connect();
    };
    const ended = world.tad(...argv);
    await begun.promise;
    await turn();
    for (let second = 0; second < seconds; second++) {
      world.advance(1000);
      vi.advanceTimersByTime(1000);
    }
    await turn();
    const { text } = world.stderr;
    answer.resolve();
    expect(await ended).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    return text;
  }

  it.each([
    ['chats', ['chats']],
    ['login', ['login']],
    ['logout', ['logout']],
    ['download', ['download', 'Night Music']],
  ])('tells off a terminal that %s waits, one line', async (_, argv) => {
    expect(await stderrAfter(4, false, ...argv)).toBe('');
    expect(await stderrAfter(20, false, ...argv)).toMatch(
      /^tad: waiting for [56] s: connecting to Telegram\n$/,
    );
    expect(await stderrAfter(20, false, '--quiet', ...argv)).toBe('');
  });

  it.each([
    ['chats', ['chats']],
    ['login', ['login']],
    ['download', ['--no-ui', 'download', 'Night Music']],
  ])('draws on a terminal what %s waits for, in a line that is replaced', async (_, argv) => {
    const text = await stderrAfter(20, true, ...argv);
    expect(text).toContain('connecting to Telegram for 9 s');
    expect(text.split('\x1b[1F\x1b[J').at(-1)).toMatch(/^ {2}connecting to Telegram for 20 s/);
    expect(text).not.toContain('tad:');
  });

  it('tells off a terminal that a run waits, when all that is in hand does, and that it goes on', async () => {
    const world = makeWorld();
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        world.advance(1000);
        vi.advanceTimersByTime(1000);
      }
    };
    world.core.work = async ({ events }) => {
      events.emit('transfer.queued', transfer({ documentId: '1' }));
      const waiting = { state: 'waiting', reason: 'the disk is full' } as const;
      events.emit('transfer.changed', transfer({ documentId: '1', ...waiting }));
      events.emit('transfer.changed', transfer({ documentId: '2' }));
      pass(20);
      events.emit('transfer.changed', transfer({ documentId: '2', ...waiting }));
      pass(10);
      // A try without a byte.
      events.emit('transfer.changed', transfer({ documentId: '2' }));
      pass(9);
      events.emit('transfer.changed', transfer({ documentId: '2', ...waiting }));
      pass(1);
      events.emit('transfer.progress', transfer({ documentId: '2', bytes: 600_000 }));
      pass(20);
      return SUMMARY;
    };
    expect(await world.tad('download', 'Night Music')).toBe(0);
    expect(world.stderr.text).toMatch(/^tad: waiting for 5 s: the disk is full\ntad: going on after 19 s\n$/);
  });
});
