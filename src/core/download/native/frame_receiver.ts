import { CIPHER_HEADER_BYTES, PLAIN_HEADER_BYTES } from './mtproto/packet.js';
import { ProtocolViolation } from './mtproto/protocol_violation.js';
import { SLOT_BYTES, SLOT_HEADER_BYTES, type Slot } from './slots.js';

/** A whole encrypted frame: `cipherBytes` of ciphertext at SLOT_HEADER_BYTES, behind key id and message key. */
export interface ReceivedFrame {
  readonly slot: Slot;
  readonly cipherBytes: number;
}

export interface FrameHandler {
  /** A slot for the next frame, held once; undefined when there is none now: then the receiver stalls until it is given one. */
  takeSlot(): Slot | undefined;
  /** Takes over the hold. */
  frame(frame: ReceivedFrame): void;
  /** https://core.telegram.org/mtproto/mtproto-transports#transport-errors */
  transportError(code: number): void;
}

const FRAME_AT = SLOT_HEADER_BYTES - CIPHER_HEADER_BYTES;
const MIN_FRAME = CIPHER_HEADER_BYTES + PLAIN_HEADER_BYTES + 16;
const MAX_FRAME = SLOT_BYTES - FRAME_AT;

/**
 * Cuts the stream of the intermediate transport (https://core.telegram.org/mtproto/mtproto-transports#intermediate) into frames,
 * without copying: it tells the socket where to read to
 * (net.Socket's onread), first four bytes of length, then exactly that many bytes straight into a slot.
 */
export class FrameReceiver {
  readonly #handler: FrameHandler;
  readonly #header = Buffer.alloc(4);
  #headerBytes = 0;
  #slot: Slot | undefined;
  #frameBytes = 0;
  #received = 0;
  #isError = false;
  #isAbandoned = false;
  #isStalled = false;
  #carries = false;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Bytes of the frame that is coming in; 0 between frames. */
  get frameBytes(): number {
    return this.#slot === undefined ? 0 : this.#frameBytes;
  }

  /** A frame has been announced and there is no slot for it: nothing more may be read until `resume`. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /**
   * Ends a stall; takes over the hold. What the socket was told before it stalled stands: the first bytes it reads after it still
   * come into the four of the length, and are carried over.
   */
  resume(slot: Slot): void {
    this.#isStalled = false;
    this.#slot = slot;
    this.#received = 0;
    this.#carries = true;
  }

  /** Where the next bytes belong. Never empty. */
  buffer(): Uint8Array {
    if (this.#slot === undefined || this.#carries) return this.#header.subarray(this.#headerBytes);
    return this.#slot.bytes.subarray(FRAME_AT + this.#received, FRAME_AT + this.#frameBytes);
  }

  /**
   * `bytes` bytes were read into what `buffer` gave.
   * @throws ProtocolViolation
   */
  advance(bytes: number): void {
    if (this.#slot !== undefined) {
      if (this.#carries) {
        this.#carries = false;
        this.#slot.bytes.set(this.#header.subarray(0, bytes), FRAME_AT);
      }
      this.#received += bytes;
      if (this.#received === this.#frameBytes) this.#finish(this.#slot);
      return;
    }
    this.#headerBytes += bytes;
    if (this.#headerBytes < 4) return;
    this.#headerBytes = 0;
    if (this.#isError) {
      this.#isError = false;
      this.#handler.transportError(this.#header.readInt32LE(0));
      return;
    }
    this.#begin(this.#header.readUInt32LE(0));
  }

  /** Gives back what a broken connection left half received. Nothing more may come. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#slot?.release();
    this.#slot = undefined;
  }

  #begin(length: number): void {
    if (length === 4) {
      this.#isError = true;
      return;
    }
    if (length < MIN_FRAME || length > MAX_FRAME || (length - CIPHER_HEADER_BYTES) % 16 !== 0) {
      throw new ProtocolViolation(`a frame of ${length} bytes`);
    }
    const slot = this.#handler.takeSlot();
    // Taking it may have opened messages that waited, and one of them may have been the end of this connection.
    if (this.#isAbandoned) {
      slot?.release();
      return;
    }
    this.#frameBytes = length;
    this.#received = 0;
    this.#slot = slot;
    this.#isStalled = slot === undefined;
  }

  #finish(slot: Slot): void {
    this.#slot = undefined;
    this.#handler.frame({ slot, cipherBytes: this.#frameBytes - CIPHER_HEADER_BYTES });
  }
}
