import { Random } from '../../random.js';
import { BitWriter } from './bit_writer.js';
import { NOTE_COUNT, noteSample } from './notes.js';
import { STAMP_BYTES } from './stamp.js';

/**
 * AAC-LC frames (ISO/IEC 14496-3), encoded from nothing: MDCT, quantization, Huffman codebook 7. All sound lies in the
 * lowest 40 lines (below 860 Hz). Frames of one bit rate are equally long: a data stream element, which decoders
 * skip, fills each up; it comes first, so it is byte-aligned, and it begins with room for a stamp.
 */

export const AAC_SAMPLE_RATE = 44_100;
export const AAC_FRAME_SAMPLES = 1024;
export const AAC_FRAMES_PER_NOTE = 32;
/** Right behind the first data stream element's header. */
export const AAC_STAMP_AT = 2;

const NOTE_SECONDS = (AAC_FRAMES_PER_NOTE * AAC_FRAME_SAMPLES) / AAC_SAMPLE_RATE;
const AMPLITUDE = 0.35 * 0x8000;
const BANDS = 10; // scale factor bands of four lines each, at 44.1 kHz
const LINES = BANDS * 4;
const LARGEST = 7; // what codebook 7 can say
const MOST_DATA_BYTES = 254;
const ELEMENT = { channelPair: 1, end: 7 } as const;
const DATA_STREAM_ALIGNED = 0b1000_0001; // element 4, instance 0, byte-aligned

/** ISO/IEC 14496-3 table 4.A.8, codebook 7: code and its length for |x| * 8 + |y|. */
const CODES = [
  0x000, 0x005, 0x037, 0x074, 0x0f2, 0x1eb, 0x3ed, 0x7f7, 0x004, 0x00c, 0x035, 0x071, 0x0ec, 0x0ee, 0x1ee,
  0x1f5, 0x036, 0x034, 0x072, 0x0ea, 0x0f1, 0x1e9, 0x1f3, 0x3f5, 0x073, 0x070, 0x0eb, 0x0f0, 0x1f1, 0x1f0,
  0x3ec, 0x3fa, 0x0f3, 0x0ed, 0x1e8, 0x1ef, 0x3ef, 0x3f1, 0x3f9, 0x7fb, 0x1ed, 0x0ef, 0x1ea, 0x1f2, 0x3f3,
  0x3f8, 0x7f9, 0x7fc, 0x3ee, 0x1ec, 0x1f4, 0x3f4, 0x3f7, 0x7f8, 0xffd, 0xffe, 0x7f6, 0x3f0, 0x3f2, 0x3f6,
  0x7fa, 0x7fd, 0xffc, 0xfff,
];
const LENGTHS = [
  1, 3, 6, 7, 8, 9, 10, 11, 3, 4, 6, 7, 8, 8, 9, 9, 6, 6, 7, 8, 8, 9, 9, 10, 7, 7, 8, 8, 9, 9, 10, 10, 8, 8,
  9, 9, 10, 10, 10, 11, 9, 8, 9, 9, 10, 10, 11, 11, 10, 9, 9, 10, 10, 11, 12, 12, 11, 10, 10, 10, 11, 11, 12,
  12,
];

/** Bytes of a frame. @param kbps 64 or more */
export function aacFrameBytes(kbps: number): number {
  return Math.round((kbps * 1000 * AAC_FRAME_SAMPLES) / AAC_SAMPLE_RATE / 8);
}

const banks = new Map<number, readonly Uint8Array[]>();
let elements: readonly BitWriter[] | undefined;

/** The frames of all notes, one note after the other; made once per bit rate (at most 240 KB each). */
export function aacBank(kbps: number): readonly Uint8Array[] {
  let bank = banks.get(kbps);
  if (bank === undefined) {
    elements ??= encodeNotes();
    const noise = new Random(kbps, 0xaac);
    bank = elements.map((element) => frameOf(aacFrameBytes(kbps), element, noise));
    banks.set(kbps, bank);
  }
  return bank;
}

function frameOf(size: number, element: BitWriter, noise: Random): Uint8Array {
  const sound = new BitWriter().append(element).put(ELEMENT.end, 3).bytes();
  const frame = new Uint8Array(size);
  let at = 0;
  for (let left = size - sound.length; left > 0; ) {
    // What does not fit one element is cut so that the next has at least its header.
    const taken = left <= 2 + MOST_DATA_BYTES ? left : 200;
    if (at === 0 && taken < 2 + STAMP_BYTES) throw new RangeError(`a note does not fit ${size} bytes`);
    frame[at] = DATA_STREAM_ALIGNED;
    frame[at + 1] = taken - 2;
    for (let i = 2; i < taken; i++) frame[at + i] = noise.uint32() & 0x7f;
    at += taken;
    left -= taken;
  }
  frame.set(sound, at);
  return frame;
}

/** A channel pair element for each frame of each note. */
function encodeNotes(): BitWriter[] {
  const cosines = Float64Array.from({ length: 8192 }, (_, i) => Math.cos((2 * Math.PI * i) / 8192));
  const window = Float64Array.from({ length: 2048 }, (_, i) => Math.sin((Math.PI / 2048) * (i + 0.5)));
  const encoded: BitWriter[] = [];
  for (let note = 0; note < NOTE_COUNT; note++) {
    // One frame of silence before the note, as the first window reaches back there.
    const samples = Float64Array.from(
      { length: (AAC_FRAMES_PER_NOTE + 1) * AAC_FRAME_SAMPLES },
      (_, i) => AMPLITUDE * noteSample(note, (i - AAC_FRAME_SAMPLES) / AAC_SAMPLE_RATE, NOTE_SECONDS),
    );
    for (let frame = 0; frame < AAC_FRAMES_PER_NOTE; frame++) {
      const start = frame * AAC_FRAME_SAMPLES;
      const windowed = samples.subarray(start, start + 2048).map((sample, i) => sample * window[i]!);
      encoded.push(channelPair(transform(windowed, cosines)));
    }
  }
  return encoded;
}

/** The lowest lines of the 2048-point MDCT. */
function transform(windowed: Float64Array, cosines: Float64Array): number[] {
  return Array.from({ length: LINES }, (_, k) => {
    let sum = 0;
    for (let n = 0; n < 2048; n++) sum += windowed[n]! * cosines[((2 * n + 1025) * (2 * k + 1)) & 8191]!;
    return 2 * sum;
  });
}

function channelPair(lines: readonly number[]): BitWriter {
  const peak = Math.max(...lines.map(Math.abs));
  const silent = peak < 1;
  const globalGain = silent ? 0 : Math.ceil(100 + 4 * Math.log2(peak / LARGEST ** (4 / 3)));
  const step = 2 ** ((globalGain - 100) / 4);
  const bits = new BitWriter().put(ELEMENT.channelPair, 3).put(0, 4).put(1, 1); // common window
  bits
    .put(0, 1)
    .put(0, 2)
    .put(0, 1)
    .put(silent ? 0 : BANDS, 6)
    .put(0, 1); // long, sine, no prediction
  bits.put(0, 2); // no mid/side
  for (let channel = 0; channel < 2; channel++) {
    bits.put(globalGain, 8);
    if (!silent) {
      bits.put(7, 4).put(BANDS, 5); // one section of codebook 7
      bits.put(0, BANDS); // every scale factor equals the one before: code 0
    }
    bits.put(0, 3); // no pulses, no noise shaping, no gain control
    if (!silent) putSpectrum(bits, lines, step);
  }
  return bits;
}

function putSpectrum(bits: BitWriter, lines: readonly number[], step: number): void {
  for (let i = 0; i < LINES; i += 2) {
    const x = quantize(lines[i]! / step);
    const y = quantize(lines[i + 1]! / step);
    const code = Math.abs(x) * 8 + Math.abs(y);
    bits.put(CODES[code]!, LENGTHS[code]!);
    if (x !== 0) bits.put(x < 0 ? 1 : 0, 1);
    if (y !== 0) bits.put(y < 0 ? 1 : 0, 1);
  }
}

function quantize(value: number): number {
  return Math.sign(value) * Math.min(LARGEST, Math.floor(Math.abs(value) ** 0.75 + 0.4054));
}
