const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = 0xfeff;
const MARK_BYTES = 3;
/** Room for the beginning of a common line; longer ones get more while they last. */
const CARRY_BYTES = 4096;

/**
 * Buffer's own decoder, which toString calls after 20 ns spent on its arguments: a tenth of what a line costs. It is not
 * documented, though many packages use it; hence the other way, for a Node without it.
 */
const decodeUtf8: (bytes: Buffer, start: number, end: number) => string = hasSlice(Buffer.prototype)
  ? (bytes, start, end) => (bytes as SlicingBuffer).utf8Slice(start, end)
  : (bytes, start, end) => bytes.toString('utf8', start, end);

type SlicingBuffer = Buffer & { utf8Slice(start: number, end: number): string };

function hasSlice(buffer: Buffer): buffer is SlicingBuffer {
  return 'utf8Slice' in buffer && typeof buffer.utf8Slice === 'function';
}

/** A line longer than the limit: reading on would mean to hold all of it in memory. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';

  constructor(
    /** Counted from 1. */
    readonly lineNumber: number,
    /** Where the line begins, bytes from the beginning. */
    readonly byteOffset: number,
    readonly limitBytes: number,
  ) {
    super(`line ${lineNumber} (at byte ${byteOffset}) is longer than ${limitBytes} bytes`);
  }
}

/**
 * Cuts blocks of UTF-8 bytes into lines. Lines end with LF or CRLF, and nothing else (not U+2028, not a lone CR); the end of the
 * last one may be missing, and a CR before the end of the file is taken for half a CRLF. A byte order mark at the
 * beginning is dropped; bytes that are not UTF-8 become U+FFFD.
 *
 * Each line is decoded from its own bytes. Splitting a decoded block is faster, but a line made so keeps the whole block
 * alive: 1 in 1000 lines kept would cost 114 KB each.
 */
export class LineSplitter {
  readonly #limit: number;
  /** The beginning of a line whose end has not been seen: a copy, as the caller reuses its blocks. */
  #carry: Buffer = Buffer.allocUnsafeSlow(CARRY_BYTES);
  #carried = 0;
  /** Lines that are complete. */
  #lineCount = 0;
  /** Where the current block begins, bytes from the beginning. */
  #offset = 0;

  constructor(maxLineBytes: number) {
    this.#limit = maxLineBytes;
  }

  /**
   * The lines that end in this block, which may be reused afterwards.
   * @throws LineTooLongError
   */
  push(block: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    let end = block.indexOf(LINE_FEED);
    if (end >= 0 && this.#carried > 0) {
      this.#keep(block, 0, end);
      lines.push(this.#finishCarried(end));
      start = end + 1;
      end = block.indexOf(LINE_FEED, start);
    }
    for (; end >= 0; end = block.indexOf(LINE_FEED, start)) {
      lines.push(this.#decode(block, start, end, start));
      start = end + 1;
    }
    if (start < block.length) this.#keep(block, start, block.length);
    this.#offset += block.length;
    return lines;
  }

  /** The last line, when it had no end. @throws LineTooLongError */
  end(): string[] {
    if (this.#carried === 0) return [];
    const isMarkOnly = this.#lineCount === 0 && this.#carried === MARK_BYTES;
    const line = this.#finishCarried(0);
    return isMarkOnly && line === '' ? [] : [line];
  }

  /** Appends a part of the block to what is carried. */
  #keep(block: Buffer, start: number, end: number): void {
    const length = this.#carried + end - start;
    // One byte more may be the CR of a CRLF.
    if (length > this.#limit + 1) throw this.#tooLong(start - this.#carried);
    if (length > this.#carry.length) {
      const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(length)));
      this.#carry.copy(larger, 0, 0, this.#carried);
      this.#carry = larger;
    }
    block.copy(this.#carry, this.#carried, start, end);
    this.#carried = length;
  }

  /** @param end where the line ends, relative to the current block */
  #finishCarried(end: number): string {
    const line = this.#decode(this.#carry, 0, this.#carried, end - this.#carried);
    this.#carried = 0;
    if (this.#carry.length > CARRY_BYTES) this.#carry = Buffer.allocUnsafeSlow(CARRY_BYTES);
    return line;
  }

  /** @param place where the line begins, relative to the current block */
  #decode(bytes: Buffer, start: number, end: number, place: number): string {
    const stop = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (stop - start > this.#limit) throw this.#tooLong(place);
    const line = decodeUtf8(bytes, start, stop);
    return this.#lineCount++ === 0 && line.charCodeAt(0) === BYTE_ORDER_MARK ? line.slice(1) : line;
  }

  #tooLong(place: number): LineTooLongError {
    return new LineTooLongError(this.#lineCount + 1, this.#offset + place, this.#limit);
  }
}
