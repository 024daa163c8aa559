const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = 0xfeff;
const MARK_BYTES = 3;
const NOTHING = Buffer.alloc(0);

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
  /** The beginning of a line whose end has not been seen: copies, as the caller reuses its blocks. */
  #pieces: Buffer[] = [];
  #piecesLength = 0;
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
    if (end >= 0 && this.#piecesLength > 0) {
      lines.push(this.#finishPieces(block.subarray(0, end)));
      start = end + 1;
      end = block.indexOf(LINE_FEED, start);
    }
    for (; end >= 0; end = block.indexOf(LINE_FEED, start)) {
      lines.push(this.#decode(block, start, end));
      start = end + 1;
    }
    if (start < block.length) this.#keep(block.subarray(start), start);
    this.#offset += block.length;
    return lines;
  }

  /** The last line, when it had no end. @throws LineTooLongError */
  end(): string[] {
    if (this.#piecesLength === 0) return [];
    const isMarkOnly = this.#lineCount === 0 && this.#piecesLength === MARK_BYTES;
    const line = this.#finishPieces(NOTHING);
    return isMarkOnly && line === '' ? [] : [line];
  }

  #keep(rest: Buffer, start: number): void {
    this.#pieces.push(Buffer.from(rest));
    this.#piecesLength += rest.length;
    // One byte more may be the CR of a CRLF.
    if (this.#piecesLength > this.#limit + 1) throw this.#tooLong(start + rest.length - this.#piecesLength);
  }

  #finishPieces(rest: Buffer): string {
    const line = Buffer.concat([...this.#pieces, rest]);
    const before = this.#piecesLength;
    this.#pieces = [];
    this.#piecesLength = 0;
    return this.#decode(line, 0, line.length, -before);
  }

  /** @param shift where `bytes` begins, relative to the current block */
  #decode(bytes: Buffer, start: number, end: number, shift = 0): string {
    const stop = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (stop - start > this.#limit) throw this.#tooLong(start + shift);
    const line = bytes.toString('utf8', start, stop);
    return this.#lineCount++ === 0 && line.charCodeAt(0) === BYTE_ORDER_MARK ? line.slice(1) : line;
  }

  #tooLong(inBlock: number): LineTooLongError {
    return new LineTooLongError(this.#lineCount + 1, this.#offset + inBlock, this.#limit);
  }
}
