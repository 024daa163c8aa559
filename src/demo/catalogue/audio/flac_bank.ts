import { NOTE_COUNT, noteSample } from './notes.js';

/**
 * FLAC frames (RFC 9639) without what differs from file to file. Left/side stereo with both sides the same: the left
 * channel verbatim, the side a constant zero, which halves the size of plain PCM and keeps every frame equally long.
 */

export const FLAC_SAMPLE_RATE = 44_100;
export const FLAC_BLOCK_SAMPLES = 1152;
/** Divides 128, 2048 and 65536, where frame numbers get one byte longer. */
export const FLAC_FRAMES_PER_NOTE = 16;
/** Subframe header and samples of the left channel, then header and 17 bits of the side, filled up to a byte. */
export const FLAC_BODY_BYTES = 1 + FLAC_BLOCK_SAMPLES * 2 + 4;
/** These first samples have no low byte here: the file's stamp goes there, too faint to be heard. */
export const FLAC_STAMPED_SAMPLES = 12;

const NOTE_SAMPLES = FLAC_BLOCK_SAMPLES * FLAC_FRAMES_PER_NOTE;
const AMPLITUDE = 0.35 * 0x7fff;
const VERBATIM = 0b0000_0010;

let bank: readonly Uint8Array[] | undefined;

/** The bodies of all notes' frames, one note after the other; made once (370 KB). */
export function flacBank(): readonly Uint8Array[] {
  bank ??= Array.from({ length: NOTE_COUNT * FLAC_FRAMES_PER_NOTE }, (_, index) =>
    bodyOf(Math.floor(index / FLAC_FRAMES_PER_NOTE), (index % FLAC_FRAMES_PER_NOTE) * FLAC_BLOCK_SAMPLES),
  );
  return bank;
}

function bodyOf(note: number, firstSample: number): Uint8Array {
  const body = Buffer.alloc(FLAC_BODY_BYTES);
  body[0] = VERBATIM;
  for (let i = 0; i < FLAC_BLOCK_SAMPLES; i++) {
    const seconds = (firstSample + i) / FLAC_SAMPLE_RATE;
    const sample = Math.round(AMPLITUDE * noteSample(note, seconds, NOTE_SAMPLES / FLAC_SAMPLE_RATE));
    body.writeInt16BE(i < FLAC_STAMPED_SAMPLES ? sample & ~0xff : sample, 1 + i * 2);
  }
  return body;
}
