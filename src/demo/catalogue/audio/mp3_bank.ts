import { Random } from '../../random.js';
import { BitWriter } from './bit_writer.js';
import { NOTE_COUNT, noteSample } from './notes.js';
import { STAMP_BYTES } from './stamp.js';

/**
 * MPEG-1 Layer III frames (ISO/IEC 11172-3), encoded from nothing. All sound lies below 750 Hz, that is in the lowest
 * of the 32 subbands: there a tone is simply the tone sampled at 1500 Hz, so no polyphase analysis is needed, only the
 * 36-point MDCT, the alias butterflies, quantization and Huffman table 7. Every frame stands alone (no bit reservoir);
 * what its bit rate leaves over is ancillary data: noise, and at the very end room for a stamp.
 */

export const MP3_SAMPLE_RATE = 48_000;
export const MP3_FRAME_SAMPLES = 1152;
export const MP3_FRAMES_PER_NOTE = 32;

const BITRATE_INDEX: Readonly<Record<number, number>> = {
  64: 5,
  96: 7,
  128: 9,
  160: 10,
  192: 11,
  256: 13,
  320: 14,
};
const GRANULES_PER_NOTE = MP3_FRAMES_PER_NOTE * 2;
const NOTE_SECONDS = (MP3_FRAMES_PER_NOTE * MP3_FRAME_SAMPLES) / MP3_SAMPLE_RATE;
const SUBBAND_RATE = MP3_SAMPLE_RATE / 32;
const AMPLITUDE = 0.35;
const LINES = 26; // the lowest subband and the eight lines that its butterflies reach
const LARGEST = 5; // what table 7 can say
const SIDE_INFO_BYTES = 32;

/** ISO/IEC 11172-3 table B.9 */
const ALIAS = [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037].map((c) => ({
  cs: 1 / Math.hypot(1, c),
  ca: c / Math.hypot(1, c),
}));

/** ISO/IEC 11172-3 table B.7, Huffman code table 7: code and its length for |x| * 6 + |y|. */
const CODES = [
  1, 2, 10, 19, 16, 10, 3, 3, 7, 10, 5, 3, 11, 4, 13, 17, 8, 4, 12, 11, 18, 15, 11, 2, 7, 6, 9, 14, 3, 1, 6,
  4, 5, 3, 2, 0,
];
const LENGTHS = [
  1, 3, 6, 8, 8, 9, 3, 4, 6, 7, 7, 8, 6, 5, 7, 8, 8, 9, 7, 7, 8, 9, 9, 9, 7, 7, 8, 9, 9, 10, 8, 8, 9, 10, 10,
  10,
];

/** Bytes of a frame: at 48 kHz all are equally long. @param kbps 64, 96, 128, 160, 192, 256 or 320 */
export function mp3FrameBytes(kbps: number): number {
  return (144 * kbps * 1000) / MP3_SAMPLE_RATE;
}

const banks = new Map<number, readonly Uint8Array[]>();

/** The frames of all notes, one note after the other; made once per bit rate (at most 300 KB each). */
export function mp3Bank(kbps: number): readonly Uint8Array[] {
  let bank = banks.get(kbps);
  if (bank === undefined) {
    bank = buildBank(kbps);
    banks.set(kbps, bank);
  }
  return bank;
}

function buildBank(kbps: number): Uint8Array[] {
  const noise = new Random(kbps, 0x3397);
  const bank: Uint8Array[] = [];
  for (let note = 0; note < NOTE_COUNT; note++) {
    for (let granule = 0; granule < GRANULES_PER_NOTE; granule += 2) {
      bank.push(frameOf(kbps, [encodeGranule(note, granule), encodeGranule(note, granule + 1)], noise));
    }
  }
  return bank;
}

interface Granule {
  readonly bits: BitWriter;
  readonly globalGain: number;
  readonly bigValues: number;
}

function encodeGranule(note: number, granule: number): Granule {
  const lines = transform(note, granule);
  const peak = Math.max(...lines.map(Math.abs));
  if (peak < 1e-4) return { bits: new BitWriter(), globalGain: 0, bigValues: 0 };
  const globalGain = Math.ceil(210 + 4 * Math.log2(peak / LARGEST ** (4 / 3)));
  const step = 2 ** ((globalGain - 210) / 4);
  const bits = new BitWriter();
  for (let i = 0; i < LINES; i += 2) {
    const x = quantize(lines[i]! / step);
    const y = quantize(lines[i + 1]! / step);
    const code = Math.abs(x) * 6 + Math.abs(y);
    bits.put(CODES[code]!, LENGTHS[code]!);
    if (x !== 0) bits.put(x < 0 ? 1 : 0, 1);
    if (y !== 0) bits.put(y < 0 ? 1 : 0, 1);
  }
  return { bits, globalGain, bigValues: LINES / 2 };
}

function quantize(value: number): number {
  return Math.sign(value) * Math.min(LARGEST, Math.floor(Math.abs(value) ** 0.75 + 0.4054));
}

/** MDCT of the lowest subband around one granule, with the encoder's half of the alias reduction. */
function transform(note: number, granule: number): number[] {
  const windowed: number[] = [];
  for (let i = 0; i < 36; i++) {
    const seconds = ((granule - 1) * 18 + i) / SUBBAND_RATE;
    windowed.push(AMPLITUDE * noteSample(note, seconds, NOTE_SECONDS) * Math.sin((Math.PI / 36) * (i + 0.5)));
  }
  const lines: number[] = new Array(LINES).fill(0);
  for (let k = 0; k < 18; k++) {
    let sum = 0;
    for (let i = 0; i < 36; i++) sum += windowed[i]! * Math.cos((Math.PI / 72) * (2 * i + 19) * (2 * k + 1));
    lines[k] = sum / 9;
  }
  for (const [i, { cs, ca }] of ALIAS.entries()) {
    lines[18 + i] = -lines[17 - i]! * ca;
    lines[17 - i]! *= cs;
  }
  return lines;
}

function frameOf(kbps: number, granules: readonly [Granule, Granule], noise: Random): Uint8Array {
  const bits = new BitWriter();
  const index = BITRATE_INDEX[kbps];
  if (index === undefined) throw new RangeError(`no MP3 bit rate of ${kbps} kbit/s here`);
  // Sync, MPEG-1, Layer III, no CRC; bit rate, 48 kHz, no padding; stereo, original.
  bits.put(0xfffb, 16).put(index, 4).put(0b0100, 4).put(0b0000_0100, 8);
  bits.put(0, 9 + 3 + 8); // main_data_begin, private bits, scfsi
  for (const granule of granules) {
    for (let channel = 0; channel < 2; channel++) {
      bits.put(granule.bits.bitLength, 12).put(granule.bigValues, 9).put(granule.globalGain, 8);
      bits.put(0, 4 + 1); // no scale factors, long blocks
      bits.put(7, 5).put(7, 5).put(7, 5); // Huffman table 7 in all three regions
      bits.put(7, 4).put(7, 3).put(0, 3); // region bounds, preflag, scalefac_scale, count1table_select
    }
  }
  for (const granule of granules) bits.append(granule.bits).append(granule.bits);
  const frame = new Uint8Array(mp3FrameBytes(kbps));
  const written = bits.bytes();
  if (bits.bitLength < (4 + SIDE_INFO_BYTES) * 8 || written.length > frame.length - STAMP_BYTES) {
    throw new RangeError(`a note does not fit a frame of ${kbps} kbit/s`);
  }
  frame.set(written);
  for (let i = written.length; i < frame.length - STAMP_BYTES; i++) frame[i] = noise.uint32() & 0x7f;
  return frame;
}
