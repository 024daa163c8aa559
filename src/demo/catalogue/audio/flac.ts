import { hash32 } from '../../random.js';
import { noteOf } from './banked_frames.js';
import { Crc } from './crc.js';
import {
  FLAC_BLOCK_SAMPLES,
  FLAC_BODY_BYTES,
  FLAC_FRAMES_PER_NOTE,
  FLAC_SAMPLE_RATE,
  FLAC_STAMPED_SAMPLES,
  flacBank,
} from './flac_bank.js';
import { FramedFile, type FrameSource } from './framed_file.js';
import { NOTE_COUNT } from './notes.js';
import { type AudioSpec, type Picture, type Tags, TEXT_ROOM, tagText } from './spec.js';
import { STAMP_BYTES, spread28, writeStamp } from './stamp.js';

/** A FLAC file of exactly the size asked for, unless that is too small for one frame. */
export function flacFile(spec: AudioSpec): FramedFile {
  const room = TEXT_ROOM + (spec.cover?.size ?? 0);
  const frames = new FlacFrames(spec.key);
  const count = Math.max(1, frames.frameAt(spec.bytes - room));
  const headSize = Math.max(room, spec.bytes - frames.start(count));
  const head = { size: headSize, bytes: () => metadata(spec, count, headSize) };
  return new FramedFile(head, frames, count, (count * FLAC_BLOCK_SAMPLES) / FLAC_SAMPLE_RATE);
}

/** Sync, block size 1152, 44.1 kHz, left/side, 16 bits. */
const FRAME_HEADER = [0xff, 0xf8, 0x39, 0x88] as const;
/** Everything of a frame but its number: header, CRC-8, body, CRC-16. */
const FRAME_BYTES = FRAME_HEADER.length + 1 + FLAC_BODY_BYTES + 2;
/** The first frame numbers that take one byte more than the ones before (coded like UTF-8). */
const LONGER_FROM = [0, 128, 2048, 65_536, 2_097_152] as const;

const crc8 = new Crc(8, 0x07);
const crc16 = new Crc(16, 0x8005);
/** Of the body, what can differ between two frames of the same note. */
const STAMPED_BYTES = 1 + FLAC_STAMPED_SAMPLES * 2;
const overRest = crc16.over(FLAC_BODY_BYTES - STAMPED_BYTES);
let restChecks: readonly number[] | undefined;

class FlacFrames implements FrameSource {
  readonly #melody: number;
  readonly #key: readonly [number, number];
  readonly #stamp = new Uint8Array(STAMP_BYTES);

  constructor(key: readonly [number, number]) {
    this.#melody = hash32(...key);
    this.#key = [spread28(key[0]), spread28(key[1])];
  }

  start(frame: number): number {
    let start = frame * FRAME_BYTES;
    for (const from of LONGER_FROM) start += Math.max(0, frame - from);
    return start;
  }

  frameAt(offset: number): number {
    let band = LONGER_FROM.length - 1;
    while (band > 0 && offset < this.start(LONGER_FROM[band]!)) band--;
    const first = LONGER_FROM[band]!;
    return first + Math.floor((offset - this.start(first)) / (FRAME_BYTES + band + 1));
  }

  write(frame: number, target: Uint8Array, at: number): void {
    const bank = flacBank();
    restChecks ??= bank.map((body) => crc16.of(body, STAMPED_BYTES, body.length));
    const note = noteOf(this.#melody, Math.floor(frame / FLAC_FRAMES_PER_NOTE), NOTE_COUNT);
    const index = note * FLAC_FRAMES_PER_NOTE + (frame % FLAC_FRAMES_PER_NOTE);
    target.set(FRAME_HEADER, at);
    const numbered = putFrameNumber(frame, target, at + FRAME_HEADER.length);
    target[numbered] = crc8.of(target, at, numbered);
    const body = numbered + 1;
    target.set(bank[index]!, body);
    writeStamp(this.#stamp, 0, this.#key, frame);
    for (let i = 0; i < STAMP_BYTES; i++) target[body + 2 + i * 2] = this.#stamp[i]!;
    const check = overRest(crc16.of(target, at, body + STAMPED_BYTES)) ^ restChecks[index]!;
    target[body + FLAC_BODY_BYTES] = check >>> 8;
    target[body + FLAC_BODY_BYTES + 1] = check;
  }
}

/** @returns the offset behind it */
function putFrameNumber(frame: number, target: Uint8Array, at: number): number {
  if (frame < 128) {
    target[at] = frame;
    return at + 1;
  }
  let length = 2;
  while (length < LONGER_FROM.length && frame >= LONGER_FROM[length]!) length++;
  target[at] = (0xff00 >>> length) | (frame >>> (6 * (length - 1)));
  for (let i = 1; i < length; i++) target[at + i] = 0x80 | ((frame >>> (6 * (length - 1 - i))) & 0x3f);
  return at + length;
}

const BLOCK = { streamInfo: 0, padding: 1, vorbisComment: 4, picture: 6 } as const;

/** All metadata blocks; the last is padding up to `size`. */
function metadata(spec: AudioSpec, frameCount: number, size: number): Uint8Array {
  const head = Buffer.alloc(size);
  head.write('fLaC', 'latin1');
  let at = 4;
  const put = (type: number, content: Uint8Array) => {
    head.writeUInt32BE(((type << 24) | content.length) >>> 0, at);
    head.set(content, at + 4);
    at += 4 + content.length;
  };
  put(BLOCK.streamInfo, streamInfo(frameCount));
  put(BLOCK.vorbisComment, vorbisComment(spec.tags));
  if (spec.cover !== undefined) put(BLOCK.picture, picture(spec.cover));
  head.writeUInt32BE((0x8000_0000 | (BLOCK.padding << 24) | (size - at - 4)) >>> 0, at);
  return head;
}

/** The MD5 of the samples stays unknown (zero), as the format allows: it would need the whole file. */
function streamInfo(frameCount: number): Uint8Array {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(FLAC_BLOCK_SAMPLES, 0);
  info.writeUInt16BE(FLAC_BLOCK_SAMPLES, 2);
  const samples = frameCount * FLAC_BLOCK_SAMPLES;
  const stereo16 = (1 << 9) | (15 << 4);
  info.writeUInt32BE(((FLAC_SAMPLE_RATE << 12) | stereo16 | Math.floor(samples / 2 ** 32)) >>> 0, 10);
  info.writeUInt32BE(samples % 2 ** 32, 14);
  return info;
}

/** https://xiph.org/vorbis/doc/v-comment.html, without the framing bit */
export function vorbisComment(tags: Tags | undefined): Uint8Array {
  const comments = tags
    ? [
        `TITLE=${tagText(tags.title)}`,
        `ARTIST=${tagText(tags.performer)}`,
        `ALBUM=${tagText(tags.album)}`,
        `GENRE=${tagText(tags.genre)}`,
        `DATE=${tags.year}`,
        `TRACKNUMBER=${tags.track}`,
      ]
    : [];
  const count = Buffer.alloc(4);
  count.writeUInt32LE(comments.length);
  return Buffer.concat([lengthFirst('tad demo'), count, ...comments.map(lengthFirst)]);
}

function lengthFirst(text: string): Buffer {
  const bytes = Buffer.from(`\0\0\0\0${text}`, 'utf8');
  bytes.writeUInt32LE(bytes.length - 4);
  return bytes;
}

function picture(cover: Picture): Uint8Array {
  const mime = Buffer.from('image/jpeg', 'latin1');
  const words = (...values: number[]) => {
    const buffer = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, index * 4);
    return buffer;
  };
  const frontCover = 3;
  return Buffer.concat([
    words(frontCover, mime.length),
    mime,
    words(0, cover.width, cover.height, 24, 0, cover.size),
    cover.bytes(),
  ]);
}
