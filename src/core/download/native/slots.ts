/** Bytes of a slot before the ciphertext: 8 unused, the key id, the message key. Keeps the ciphertext on a multiple of 16. */
export const SLOT_HEADER_BYTES = 32;
/** Largest answer: a part of 1 MiB, its TL and MTProto headers, and at most 1024 bytes of padding. */
export const SLOT_BYTES = SLOT_HEADER_BYTES + (1 << 20) + 2048;
/** Slots start at different offsets modulo 4 KiB, so that messages decrypted together do not fight for cache sets. */
const SLOT_STRIDE = SLOT_BYTES + 576;

/** Memory for one frame, from the socket's read to the file's write. */
export class Slot {
  #holds = 0;

  constructor(
    readonly pointer: number,
    readonly bytes: Uint8Array,
    private readonly free: (slot: Slot) => void,
  ) {}

  /** Each hold must be released once; the last release makes the slot free for the next frame. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    if (--this.#holds === 0) this.free(this);
  }
}

/** All the memory that file bytes ever take: a fixed number of slots in the decryptor's memory. */
export class SlotPool {
  readonly capacity: number;
  readonly #free: Slot[] = [];

  constructor(memory: Uint8Array, start: number, capacity: number) {
    this.capacity = capacity;
    for (let i = 0; i < capacity; i++) {
      const pointer = start + i * SLOT_STRIDE;
      const slot = new Slot(pointer, memory.subarray(pointer, pointer + SLOT_BYTES), (free) =>
        this.#free.push(free),
      );
      this.#free.push(slot);
    }
  }

  static memoryFor(capacity: number): number {
    return capacity * SLOT_STRIDE;
  }

  get inUse(): number {
    return this.capacity - this.#free.length;
  }

  /** A slot with one hold on it, or undefined when all are in use. O(1). */
  tryTake(): Slot | undefined {
    const slot = this.#free.pop();
    slot?.hold();
    return slot;
  }
}
