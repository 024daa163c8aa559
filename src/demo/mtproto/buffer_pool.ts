/** Output buffers for reuse, in powers of two; a few of each size are kept. */
export class BufferPool {
  static readonly #KEPT = 8;
  static readonly #SMALLEST = 12;

  readonly #free = new Map<number, Buffer[]>();

  /** At least `size` bytes, with whatever is in them, starting at offset 0 of their own ArrayBuffer. */
  acquire(size: number): Buffer {
    const order = Math.max(BufferPool.#SMALLEST, 32 - Math.clz32(size - 1));
    return this.#free.get(order)?.pop() ?? Buffer.allocUnsafeSlow(2 ** order);
  }

  /** @param buffer from `acquire`, used by nobody any more */
  release(buffer: Buffer): void {
    const order = 31 - Math.clz32(buffer.length);
    const free = this.#free.get(order);
    if (free === undefined) this.#free.set(order, [buffer]);
    else if (free.length < BufferPool.#KEPT) free.push(buffer);
  }
}
