const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = 0xfeff;
const MARK_BYTES = 3;
/** Room for the beginning of a common line; longer ones get more while they last. */
const CARRY_BYTES = 4096;

/** Decoded at once, where lines are shorter: of a decoder's call, most of the time goes into the call. */
const GROUP_BYTES = 256;

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
 * Lines are decoded in groups of at most 256 bytes, longer ones each by itself, and cut from that text. In V8 what is cut from a
 * text keeps all of it alive: a line that is kept costs up to 255 bytes of its neighbours. Were whole blocks decoded at
 * once, which is faster still, it would be the block: 1 in 1000 lines kept would cost 114 KB each.
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
   * Appends to `lines` those that end in this block, which may be reused afterwards.
   * @throws LineTooLongError, after the lines before it were appended
   */
  push(block: Buffer, lines: string[]): void {
    const isBeginning = this.#lineCount === 0;
    // A character for each byte, so that places are the same: a search in a string costs half of one in a buffer.
    const image = block.toString('latin1');
    let start = 0;
    let end = image.indexOf('\n');
    if (end >= 0 && this.#carried > 0) {
      this.#keep(block, 0, end);
      this.#finishCarried(end, lines);
      start = end + 1;
      end = image.indexOf('\n', start);
    }
    let group = start;
    let grouped = 0;
    try {
      for (; end >= 0; end = image.indexOf('\n', start)) {
        if (end - group > GROUP_BYTES && grouped > 0) {
          cutLines(decodeUtf8(block, group, start - 1), grouped, lines);
          group = start;
          grouped = 0;
        }
        this.#count(block, start, end, start);
        grouped++;
        start = end + 1;
      }
    } finally {
      if (grouped > 0) cutLines(decodeUtf8(block, group, start - 1), grouped, lines);
      if (isBeginning) dropMark(lines);
    }
    if (start < block.length) this.#keep(block, start, block.length);
    this.#offset += block.length;
  }

  /** The last line, when it had no end. @throws LineTooLongError */
  end(): string[] {
    const lines: string[] = [];
    if (this.#carried === 0) return lines;
    const isBeginning = this.#lineCount === 0;
    const isMark = this.#carried === MARK_BYTES;
    this.#finishCarried(0, lines);
    if (isBeginning) dropMark(lines);
    return isBeginning && isMark && lines[0] === '' ? [] : lines;
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
  #finishCarried(end: number, lines: string[]): void {
    this.#count(this.#carry, 0, this.#carried, end - this.#carried);
    cutLines(decodeUtf8(this.#carry, 0, this.#carried), 1, lines);
    this.#carried = 0;
    if (this.#carry.length > CARRY_BYTES) this.#carry = Buffer.allocUnsafeSlow(CARRY_BYTES);
  }

  /** Counts a line. @param place where it begins, relative to the current block. @throws LineTooLongError */
  #count(bytes: Buffer, start: number, end: number, place: number): void {
    const excess = end - start - this.#limit;
    if (excess > 1 || (excess === 1 && bytes[end - 1] !== CARRIAGE_RETURN)) throw this.#tooLong(place);
    this.#lineCount++;
  }

  #tooLong(place: number): LineTooLongError {
    return new LineTooLongError(this.#lineCount + 1, this.#offset + place, this.#limit);
  }
}

/** Appends the lines of a text that has so many of them, the last one without its end. */
function cutLines(text: string, count: number, lines: string[]): void {
  let start = 0;
  for (let rest = count - 1; rest > 0; rest--) {
    const end = text.indexOf('\n', start);
    lines.push(cutLine(text, start, end));
    start = end + 1;
  }
  lines.push(cutLine(text, start, text.length));
}

function cutLine(text: string, start: number, end: number): string {
  const isCrlf = end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN;
  return text.slice(start, isCrlf ? end - 1 : end);
}

/** Of the first lines of a file. */
function dropMark(lines: string[]): void {
  const first = lines[0];
  if (first?.charCodeAt(0) === BYTE_ORDER_MARK) lines[0] = first.slice(1);
}
