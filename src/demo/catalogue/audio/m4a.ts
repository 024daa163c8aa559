import {
  AAC_FRAME_SAMPLES,
  AAC_FRAMES_PER_NOTE,
  AAC_SAMPLE_RATE,
  AAC_STAMP_AT,
  aacBank,
  aacFrameBytes,
} from './aac_bank.js';
import { BankedFrames } from './banked_frames.js';
import { FramedFile } from './framed_file.js';
import { type AudioSpec, type Tags, TEXT_ROOM, tagText } from './spec.js';

/** Boxes other than the tags and the padding. */
const BOX_ROOM = 1024;

/**
 * An M4A (ISO/IEC 14496-12, iTunes tags) of exactly the size asked for, unless that is too small for one frame.
 * Samples are equally long and lie in one chunk, so its tables have one entry each, whatever the file's length.
 */
export function m4aFile(spec: AudioSpec): FramedFile {
  const frameBytes = aacFrameBytes(spec.kbps);
  const room = BOX_ROOM + TEXT_ROOM + (spec.cover?.size ?? 0);
  const count = Math.max(1, Math.floor((spec.bytes - room) / frameBytes));
  const headSize = Math.max(room, spec.bytes - count * frameBytes);
  const head = { size: headSize, bytes: () => boxes(spec, count, frameBytes, headSize) };
  const bank = () => aacBank(spec.kbps);
  const frames = new BankedFrames(frameBytes, bank, AAC_FRAMES_PER_NOTE, AAC_STAMP_AT, spec.key);
  return new FramedFile(head, frames, count, (count * AAC_FRAME_SAMPLES) / AAC_SAMPLE_RATE);
}

function boxes(spec: AudioSpec, count: number, frameBytes: number, size: number): Uint8Array {
  const type = box('ftyp', ascii('M4A '), u32(0), ascii('M4A mp42isom'));
  const movie = movieBox(spec, count, frameBytes, size);
  const free = Buffer.alloc(size - type.length - movie.length - 8);
  free.writeUInt32BE(free.length, 0);
  free.write('free', 4, 'latin1');
  return Buffer.concat([type, movie, free, u32(8 + count * frameBytes), ascii('mdat')]);
}

function movieBox(spec: AudioSpec, count: number, frameBytes: number, dataOffset: number): Buffer {
  const duration = u32(count * AAC_FRAME_SAMPLES);
  const matrix = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
  const nextTrack = 2;
  return box(
    'moov',
    full(
      'mvhd',
      0,
      u32(0, 0, AAC_SAMPLE_RATE),
      duration,
      u32(0x1_0000),
      u16(0x100, 0),
      u32(0, 0),
      matrix,
      u32(0, 0, 0, 0, 0, 0, nextTrack),
    ),
    box(
      'trak',
      full('tkhd', 3, u32(0, 0, 1, 0), duration, u32(0, 0), u16(0, 0, 0x100, 0), matrix, u32(0, 0)),
      box(
        'mdia',
        full('mdhd', 0, u32(0, 0, AAC_SAMPLE_RATE), duration, u16(UNDETERMINED_LANGUAGE, 0)),
        full('hdlr', 0, u32(0), ascii('soun'), u32(0, 0, 0), ascii('tad demo\0')),
        box(
          'minf',
          full('smhd', 0, u32(0)),
          box('dinf', full('dref', 0, u32(1), full('url ', 1))),
          sampleTable(spec.kbps, count, frameBytes, dataOffset),
        ),
      ),
    ),
    ...(spec.tags === undefined ? [] : [userData(spec.tags, spec.cover?.bytes())]),
  );
}

const UNDETERMINED_LANGUAGE = 0x55c4; // "und"

function sampleTable(kbps: number, count: number, frameBytes: number, dataOffset: number): Buffer {
  const entry = box(
    'mp4a',
    u32(0),
    u16(0, 1), // data reference 1
    u32(0, 0),
    u16(2, 16, 0, 0), // stereo, 16 bits
    u32(AAC_SAMPLE_RATE * 0x1_0000),
    full('esds', 0, elementaryStream(kbps, frameBytes)),
  );
  return box(
    'stbl',
    full('stsd', 0, u32(1), entry),
    full('stts', 0, u32(1, count, AAC_FRAME_SAMPLES)),
    full('stsc', 0, u32(1, 1, count, 1)),
    full('stsz', 0, u32(frameBytes, count)),
    full('stco', 0, u32(1, dataOffset)),
  );
}

/** ISO/IEC 14496-1: elementary stream, decoder configuration, AAC-LC at 44.1 kHz in stereo. */
function elementaryStream(kbps: number, frameBytes: number): Buffer {
  const config = descriptor(5, Buffer.of(0x12, 0x10));
  const bufferBytes = Buffer.of(0, frameBytes >>> 8, frameBytes & 0xff);
  const decoder = descriptor(4, Buffer.of(0x40, 0x15), bufferBytes, u32(kbps * 1000, kbps * 1000), config);
  return descriptor(3, Buffer.of(0, 1, 0), decoder, descriptor(6, Buffer.of(2)));
}

function descriptor(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag, body.length), body]);
}

function userData(tags: Tags, cover: Uint8Array | undefined): Buffer {
  const text = (name: string, value: string) => item(name, 1, Buffer.from(tagText(value), 'utf8'));
  const items = [
    text('\xa9nam', tags.title),
    text('\xa9ART', tags.performer),
    text('\xa9alb', tags.album),
    text('\xa9gen', tags.genre),
    text('\xa9day', String(tags.year)),
    item('trkn', 0, u16(0, tags.track & 0xffff, 0, 0)),
    ...(cover === undefined ? [] : [item('covr', 13, cover)]),
  ];
  const handler = full('hdlr', 0, u32(0), ascii('mdirappl'), u32(0, 0), ascii('\0'));
  return box('udta', full('meta', 0, handler, box('ilst', ...items)));
}

function item(name: string, type: number, value: Uint8Array): Buffer {
  return box(name, box('data', u32(type, 0), value));
}

function box(type: string, ...content: Uint8Array[]): Buffer {
  const size = content.reduce((sum, piece) => sum + piece.length, 8);
  return Buffer.concat([u32(size), ascii(type), ...content]);
}

/** A box with version 0 and flags. */
function full(type: string, flags: number, ...content: Uint8Array[]): Buffer {
  return box(type, u32(flags), ...content);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}
