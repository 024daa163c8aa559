import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchSignals } from '../../src/cli/signals.js';

function watching() {
  const source = new EventEmitter();
  const forced: number[] = [];
  const clock = { now: 1000 };
  const watch = watchSignals(source, { onForce: (code) => forced.push(code), now: () => clock.now });
  return { source, forced, clock, watch };
}

describe('watchSignals', () => {
  it('asks to stop at the first signal and forces it at a second', () => {
    const { source, forced, clock, watch } = watching();
    expect(watch.signal.aborted).toBe(false);
    source.emit('SIGTERM');
    expect([watch.signal.aborted, watch.received, forced]).toEqual([true, 'SIGTERM', []]);
    clock.now += 501;
    source.emit('SIGINT');
    expect([watch.received, forced]).toEqual(['SIGTERM', [130]]);
  });

  it('takes the echo of one key press, passed on by the launcher, for one', () => {
    const { source, forced, clock } = watching();
    source.emit('SIGINT');
    clock.now += 20;
    source.emit('SIGINT');
    expect(forced).toEqual([]);
  });

  it('leaves no listener behind', () => {
    const { source, watch } = watching();
    watch[Symbol.dispose]();
    expect(source.eventNames()).toEqual([]);
  });
});
