import { describe, expect, it } from 'vitest';
import { TadError } from '../../../src/core/errors.js';
import { Covers } from '../../../src/core/telegram/covers.js';
import type { AudioMessage } from '../../../src/core/types.js';
import { message } from '../download/fakes/fake_telegram.js';

const NEVER = new AbortController().signal;
const MB = 2 ** 20;

function offering(messageId: number): AudioMessage {
  return { ...message({ messageId }), thumb: { type: 'm', width: 320, height: 320, size: 3 } };
}

/** Covers of so many bytes, and which messages were asked about. */
function coversOf(bytes: number) {
  const asked: number[] = [];
  const covers = new Covers(async ({ messageId }) => {
    asked.push(messageId);
    return new Uint8Array(bytes);
  });
  return { covers, asked };
}

describe('covers', () => {
  it('are asked for once, and not at all where none is offered', async () => {
    const { covers, asked } = coversOf(3);
    expect(await covers.read(message({ messageId: 1 }), NEVER)).toBeUndefined();
    const first = await covers.read(offering(2), NEVER);
    expect(first).toHaveLength(3);
    expect(await covers.read(offering(2), NEVER)).toBe(first);
    expect(asked).toEqual([2]);
    expect(covers.figures()).toEqual({ name: 'covers', size: 1, capacity: 100, hits: 1, misses: 1 });
  });

  it('are bounded in number and in bytes, and let go of', async () => {
    const small = coversOf(3).covers;
    for (let i = 1; i <= 150; i++) await small.read(offering(i), NEVER);
    expect(small.figures().size).toBe(100);
    expect(small.clear()).toBe(300);
    expect(small.figures().size).toBe(0);
    const large = coversOf(MB).covers;
    for (let i = 1; i <= 10; i++) await large.read(offering(i), NEVER);
    expect(large.figures().size).toBe(4);
  });

  it('that could not be had are asked for again', async () => {
    let isThere = false;
    const covers = new Covers(async () => {
      if (!isThere) throw new TadError('unreachable', 'offline');
      return Uint8Array.of(1);
    });
    await expect(covers.read(offering(1), NEVER)).rejects.toMatchObject({ code: 'unreachable' });
    isThere = true;
    expect(await covers.read(offering(1), NEVER)).toEqual(Uint8Array.of(1));
  });
});
