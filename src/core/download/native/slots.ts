import { type Lease, ObjectPool } from '../../memory/index.js';

/** Bytes of a slot before the ciphertext: 8 unused, the key id, the message key. Keeps the ciphertext on a multiple of 16. */
export const SLOT_HEADER_BYTES = 32;
/** Largest answer: a part of 1 MiB, its TL and MTProto headers, and at most 1024 bytes of padding. */
export const SLOT_BYTES = SLOT_HEADER_BYTES + (1 << 20) + 2048;
/** Slots start at different offsets modulo 4 KiB, so that messages decrypted together do not fight for cache sets. */
const SLOT_STRIDE = SLOT_BYTES + 576;

/** A stretch of the decryptor's memory. */
interface Region {
  readonly pointer: number;
  readonly bytes: Uint8Array;
}

/** Memory for one frame, from the socket's read to the file's write. */
export class Slot {
  readonly pointer: number;
  readonly bytes: Uint8Array;
  readonly #lease: Lease<Region>;
  #holds = 0;

  constructor(lease: Lease<Region>) {
    this.#lease = lease;
    this.pointer = lease.value.pointer;
    this.bytes = lease.value.bytes;
  }

  /** Each hold must be released once; the last release makes the memory free for the next frame. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    if (--this.#holds === 0) this.#lease.release();
  }
}

/** All the memory that file bytes ever take: a fixed number of slots in the decryptor's memory. */
export class SlotPool {
  readonly capacity: number;
  readonly #pool: ObjectPool<Region>;

  constructor(memory: Uint8Array, start: number, capacity: number) {
    this.capacity = capacity;
    const unused = Array.from({ length: capacity }, (_, i): Region => {
      const pointer = start + i * SLOT_STRIDE;
      return { pointer, bytes: memory.subarray(pointer, pointer + SLOT_BYTES) };
    });
    this.#pool = new ObjectPool({
      name: 'part buffers',
      maxSize: capacity,
      objectBytes: SLOT_BYTES,
      // The pool never has more than `capacity` regions out, so there is one left whenever it asks.
      create: () => unused.pop()!,
      destroy: (region) => void unused.push(region),
    });
  }

  static memoryFor(capacity: number): number {
    return capacity * SLOT_STRIDE;
  }

  get inUse(): number {
    return this.#pool.stats().inUse;
  }

  /** A slot with one hold on it, or undefined when all are in use or others wait. O(1). */
  tryTake(): Slot | undefined {
    const lease = this.#pool.tryAcquire();
    return lease === undefined ? undefined : held(lease);
  }

  /** A slot with one hold on it as soon as there is one, in order of asking. @throws the signal's reason */
  async take(signal: AbortSignal): Promise<Slot> {
    return held(await this.#pool.acquire({ signal }));
  }
}

function held(lease: Lease<Region>): Slot {
  const slot = new Slot(lease);
  slot.hold();
  return slot;
}
