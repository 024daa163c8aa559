import { hash32 } from '../../random.js';
import type { FrameSource } from './framed_file.js';
import { NOTE_COUNT } from './notes.js';
import { spread28, writeStamp } from './stamp.js';

/** Frames of one length, each a copy of a prepared one with the file's stamp in it. */
export class BankedFrames implements FrameSource {
  readonly #frameBytes: number;
  readonly #bank: () => readonly Uint8Array[];
  readonly #framesPerNote: number;
  readonly #stampAt: number;
  readonly #melody: number;
  readonly #key: readonly [number, number];

  /**
   * @param frameBytes length of every frame
   * @param bank the frames of NOTE_COUNT notes, note by note; asked for when the first frame is read
   * @param stampAt where in each frame the stamp goes
   * @param key the file's, see AudioSpec
   */
  constructor(
    frameBytes: number,
    bank: () => readonly Uint8Array[],
    framesPerNote: number,
    stampAt: number,
    key: readonly [number, number],
  ) {
    this.#bank = bank;
    this.#framesPerNote = framesPerNote;
    this.#frameBytes = frameBytes;
    this.#stampAt = stampAt;
    this.#melody = hash32(...key);
    this.#key = [spread28(key[0]), spread28(key[1])];
  }

  start(frame: number): number {
    return frame * this.#frameBytes;
  }

  frameAt(offset: number): number {
    return Math.floor(offset / this.#frameBytes);
  }

  write(frame: number, target: Uint8Array, at: number): void {
    const note = noteOf(this.#melody, Math.floor(frame / this.#framesPerNote), NOTE_COUNT);
    target.set(this.#bank()[note * this.#framesPerNote + (frame % this.#framesPerNote)]!, at);
    writeStamp(target, at + this.#stampAt, this.#key, frame);
  }
}

/** Which of `count` notes a file plays at a position of its melody. */
export function noteOf(melody: number, position: number, count: number): number {
  const mixed = Math.imul(melody ^ Math.imul(position + 1, 0x9e3779b1), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) % count;
}
