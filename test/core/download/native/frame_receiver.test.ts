import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReceiver } from '../../../../src/core/download/native/frame_receiver.js';
import { ProtocolViolation } from '../../../../src/core/download/native/mtproto/protocol_violation.js';
import { SLOT_HEADER_BYTES, SlotPool } from '../../../../src/core/download/native/slots.js';
import { framed, tl } from './raw_server.js';

const SLOTS = 3;
const HEADER_BYTES = 24;

/** A receiver over real slots, and what it made of the bytes. */
function world() {
  const slots = new SlotPool(new Uint8Array(SlotPool.memoryFor(SLOTS)), 0, SLOTS);
  const frames: Buffer[] = [];
  const errors: number[] = [];
  const receiver = new FrameReceiver({
    takeSlot: () => slots.tryTake(),
    frame: ({ slot, cipherBytes }) => {
      const start = SLOT_HEADER_BYTES - HEADER_BYTES;
      frames.push(Buffer.from(slot.bytes.subarray(start, start + HEADER_BYTES + cipherBytes)));
      slot.release();
    },
    transportError: (code) => errors.push(code),
  });
  /** As the socket does it: reads into the buffer that it was given, as many bytes as there are and fit. */
  const read = (chunk: Buffer) => {
    for (let rest = chunk; rest.length > 0; ) {
      const buffer = receiver.buffer();
      const bytes = Math.min(buffer.length, rest.length);
      expect(bytes).toBeGreaterThan(0);
      buffer.set(rest.subarray(0, bytes));
      receiver.advance(bytes);
      rest = rest.subarray(bytes);
    }
  };
  return { slots, frames, errors, receiver, read };
}

/** Cuts into chunks at the given places. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (stream.length + 1)))].sort((a, b) => a - b);
  return [...ends, stream.length].map((end, i) => stream.subarray(i === 0 ? 0 : ends[i - 1], end));
}

describe('frames out of a stream', () => {
  const payload = fc
    .integer({ min: 3, max: 40 })
    .chain((blocks) =>
      fc.uint8Array({ minLength: HEADER_BYTES + 16 * blocks, maxLength: HEADER_BYTES + 16 * blocks }),
    )
    .map((bytes) => Buffer.from(bytes));
  const error = fc.integer({ min: -999, max: -1 });

  it('are the same wherever the chunks end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(payload, error), { maxLength: 8 }),
        fc.array(fc.nat(8000), { maxLength: 40 }),
        (items, places) => {
          const { slots, frames, errors, read } = world();
          const stream = Buffer.concat(
            items.map((item) => (typeof item === 'number' ? framed(tl.int(item)) : framed(item))),
          );
          for (const chunk of cut(stream, places)) read(chunk);
          expect(frames).toEqual(items.filter((item) => typeof item !== 'number'));
          expect(errors).toEqual(items.filter((item) => typeof item === 'number'));
          expect(slots.inUse).toBe(0);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });

  it('of random bytes are frames or violations, wherever the chunks end, and leave no slot taken', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 4000 }),
        fc.array(fc.nat(4000), { maxLength: 20 }),
        (bytes, places) => {
          const { slots, receiver, read } = world();
          try {
            for (const chunk of cut(Buffer.from(bytes), places)) read(chunk);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ProtocolViolation);
          }
          receiver.abandon();
          expect(slots.inUse).toBe(0);
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  it('a connection that ends while a slot is looked for keeps none', () => {
    const slots = new SlotPool(new Uint8Array(SlotPool.memoryFor(1)), 0, 1);
    const receiver = new FrameReceiver({
      takeSlot: () => {
        receiver.abandon();
        return slots.tryTake();
      },
      frame: () => {},
      transportError: () => {},
    });
    receiver.buffer().set(tl.int(HEADER_BYTES + 16 * 10));
    receiver.advance(4);
    expect(slots.inUse).toBe(0);
  });
});
