/** One file's frames: every one can be written at any time, alone. */
export interface FrameSource {
  /** Offset of a frame within the frames; `start(n)` is the length of the first n together. O(1). */
  start(frame: number): number;
  /** The frame that has this offset. O(1). */
  frameAt(offset: number): number;
  /** Writes a whole frame; O(its length). */
  write(frame: number, target: Uint8Array, at: number): void;
}

/** The piece of a file before its frames: its size is known before its bytes are made. */
export interface Head {
  readonly size: number;
  bytes(): Uint8Array;
}

export const NO_HEAD: Head = { size: 0, bytes: () => new Uint8Array(0) };

/** An audio file that exists only where it is read: a head, frames, and perhaps a tail. */
export class FramedFile {
  readonly size: number;
  readonly #head: Head;
  #headBytes: Uint8Array | undefined;
  readonly #frames: FrameSource;
  readonly #frameCount: number;
  readonly #tail: Uint8Array;
  readonly #tailStart: number;

  constructor(
    head: Head,
    frames: FrameSource,
    frameCount: number,
    /** Seconds. */
    readonly duration: number,
    tail: Uint8Array = new Uint8Array(0),
  ) {
    this.#head = head;
    this.#frames = frames;
    this.#frameCount = frameCount;
    this.#tail = tail;
    this.#tailStart = head.size + frames.start(frameCount);
    this.size = this.#tailStart + tail.length;
  }

  /**
   * Writes bytes [offset, offset + length) into `target` at `at`. O(length).
   * @throws RangeError when the range is not within the file, or does not fit the target
   */
  read(offset: number, length: number, target: Uint8Array, at = 0): void {
    const end = offset + length;
    if (offset < 0 || length < 0 || end > this.size) {
      throw new RangeError(`bytes ${offset} to ${end} of a file of ${this.size}`);
    }
    if (at < 0 || at + length > target.length) {
      throw new RangeError(`${length} bytes at ${at} of a target of ${target.length}`);
    }
    if (offset < this.#head.size) {
      this.#headBytes ??= this.#head.bytes();
      target.set(this.#headBytes.subarray(offset, Math.min(end, this.#head.size)), at);
    }
    const from = Math.max(offset, this.#head.size);
    const to = Math.min(end, this.#tailStart);
    if (from < to) this.#readFrames(from - this.#head.size, to - this.#head.size, target, at + from - offset);
    if (end > this.#tailStart) {
      const start = Math.max(offset, this.#tailStart);
      target.set(this.#tail.subarray(start - this.#tailStart, end - this.#tailStart), at + start - offset);
    }
  }

  #readFrames(from: number, to: number, target: Uint8Array, at: number): void {
    const frames = this.#frames;
    let frame = frames.frameAt(from);
    let start = frames.start(frame);
    const shift = at - from;
    while (start < to && frame < this.#frameCount) {
      const next = frames.start(frame + 1);
      if (start >= from && next <= to) {
        frames.write(frame, target, start + shift);
      } else {
        const whole = new Uint8Array(next - start);
        frames.write(frame, whole, 0);
        const cut = Math.max(from - start, 0);
        target.set(whole.subarray(cut, Math.min(to, next) - start), Math.max(start, from) + shift);
      }
      frame++;
      start = next;
    }
  }
}
