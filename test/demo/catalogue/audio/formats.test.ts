import { FLACDecoder } from '@wasm-audio-decoders/flac';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { MPEGDecoder } from 'mpg123-decoder';
import { parseBuffer } from 'music-metadata';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import { describe, expect, it } from 'vitest';
import { aacFrameBytes } from '../../../../src/demo/catalogue/audio/aac_bank.js';
import { flacFile } from '../../../../src/demo/catalogue/audio/flac.js';
import type { FramedFile } from '../../../../src/demo/catalogue/audio/framed_file.js';
import { m4aFile } from '../../../../src/demo/catalogue/audio/m4a.js';
import { type Mp3Tagging, mp3File } from '../../../../src/demo/catalogue/audio/mp3.js';
import { opusFile } from '../../../../src/demo/catalogue/audio/opus.js';
import type { AudioSpec } from '../../../../src/demo/catalogue/audio/spec.js';
import { coverArt } from '../../../../src/demo/catalogue/cover.js';
import { readAll } from '../read_all.js';

const tags = {
  title: 'Ночь — 夜 🎵',
  performer: 'Ελένη Παπαδάκη',
  album: 'ضوء على النهر',
  genre: 'Ambient',
  year: 1987,
  track: 7,
};
const spec: AudioSpec = { key: [12_345, 678], bytes: 500_000, kbps: 192, tags, cover: coverArt(3) };
const plain: AudioSpec = { key: [12_345, 678], bytes: 300_000, kbps: 128 };

const TAGGED: readonly (readonly [string, string, () => FramedFile])[] = [
  ['MP3 with ID3v2.4', 'audio/mpeg', () => mp3File(spec, 'id3v2.4')],
  ['MP3 with ID3v2.3', 'audio/mpeg', () => mp3File(spec, 'id3v2.3')],
  ['FLAC', 'audio/flac', () => flacFile(spec)],
  ['M4A', 'audio/mp4', () => m4aFile(spec)],
];

/** How much of the power lies in one of the notes that the music is made of. */
function shareOfBestNote(samples: Float32Array, sampleRate: number): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0);
  const shares = [0, 3, 5, 7, 10, 12, 15, 17, 19, 22].map((semitones) => {
    let found = 0;
    for (const partial of [1, 2, 3]) {
      const step = (2 * Math.PI * 110 * 2 ** (semitones / 12) * partial) / sampleRate;
      let [re, im] = [0, 0];
      for (const [i, sample] of samples.entries()) {
        re += sample * Math.cos(step * i);
        im += sample * Math.sin(step * i);
      }
      found += (2 * (re * re + im * im)) / samples.length;
    }
    return found / power;
  });
  return Math.max(...shares);
}

/** One note's middle, some notes into the music. */
function middleOfNote(samples: Float32Array, noteSamples: number, delay: number): Float32Array {
  const start = Math.round(noteSamples * 5.2) + delay;
  return samples.subarray(start, start + Math.round(noteSamples * 0.6));
}

const loudest = (samples: Float32Array) => samples.reduce((most, s) => Math.max(most, Math.abs(s)), 0);

describe('tags', () => {
  it.each(TAGGED)('of %s are read as they were meant', async (_name, mimeType, make) => {
    const file = make();
    expect(file.size).toBe(500_000);
    const { common, format } = await parseBuffer(
      readAll(file),
      { mimeType, size: file.size },
      { duration: true },
    );
    expect(common).toMatchObject({
      title: tags.title,
      artist: tags.performer,
      album: tags.album,
      genre: [tags.genre],
      year: tags.year,
      track: { no: 7 },
    });
    expect(format.duration).toBeCloseTo(file.duration, 1);
    expect(format.numberOfChannels).toBe(2);
    const cover = common.picture?.[0];
    expect(cover?.format).toBe('image/jpeg');
    expect(jpeg.decode(cover!.data)).toMatchObject({ width: 200, height: 200 });
  });

  it('of ID3v1 stand at the end, in Latin-1', async () => {
    const file = mp3File({ ...plain, tags: { ...tags, title: 'Déjà vu' } }, 'id3v1');
    const { common } = await parseBuffer(readAll(file), { mimeType: 'audio/mpeg' });
    expect(common).toMatchObject({ title: 'Déjà vu', year: 1987, track: { no: 7 } });
    expect(common.artist).toMatch(/^\?+ \?+$/);
  });

  it('can be missing', async () => {
    for (const [mimeType, file] of [
      ['audio/mpeg', mp3File(plain, 'none')],
      ['audio/flac', flacFile(plain)],
      ['audio/mp4', m4aFile(plain)],
      ['audio/ogg', opusFile(plain.key, 3)],
    ] as const) {
      const { common, format } = await parseBuffer(
        readAll(file),
        { mimeType, size: file.size },
        { duration: true },
      );
      expect([common.title, common.picture]).toEqual([undefined, undefined]);
      expect(format.duration).toBeCloseTo(file.duration, 1);
    }
  });

  it('never outgrow the room that was reckoned for them', () => {
    const long = '𝄞'.repeat(500);
    const huge = {
      ...spec,
      tags: { title: long, performer: long, album: long, genre: 'g', year: 1, track: 1e9 },
    };
    for (const make of [flacFile, m4aFile, (s: AudioSpec) => mp3File(s, 'id3v2.3')]) {
      expect(readAll(make(huge)).length).toBe(500_000);
    }
  });
});

describe('sizes', () => {
  it('are met exactly by everything that has tags', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 65_536, max: 4_000_000_000 }),
        fc.constantFrom(128, 192, 256),
        fc.constantFrom<Mp3Tagging>('id3v2.3', 'id3v2.4'),
        (bytes, kbps, tagging) => {
          const wanted = { ...spec, bytes, kbps };
          expect(mp3File(wanted, tagging).size).toBe(bytes);
          expect(flacFile(wanted).size).toBe(bytes);
          expect(m4aFile(wanted).size).toBe(bytes);
        },
      ),
    );
  });

  it('are whole frames for an MP3 without tags', () => {
    expect(mp3File({ ...plain, bytes: 5000 }, 'none').size).toBe(4992);
  });
});

describe('sound', () => {
  it.each([64, 128, 192, 256, 320])('of an MP3 of %i kbit/s is the music', async (kbps) => {
    const decoder = new MPEGDecoder();
    await decoder.ready;
    const { channelData, sampleRate, samplesDecoded, errors } = decoder.decode(
      readAll(mp3File({ ...plain, kbps }, 'none')),
    );
    decoder.free();
    expect(errors).toEqual([]);
    const frames = Math.floor(300_000 / (3 * kbps));
    expect(Math.abs(samplesDecoded - frames * 1152)).toBeLessThanOrEqual(2 * 1152);
    const samples = channelData[0]!;
    expect(loudest(samples)).toBeGreaterThan(0.1);
    expect(loudest(samples)).toBeLessThan(0.7);
    expect(shareOfBestNote(middleOfNote(samples, 32 * 1152, 0), sampleRate)).toBeGreaterThan(0.7);
  });

  it('of a FLAC is the music', async () => {
    const decoder = new FLACDecoder();
    await decoder.ready;
    // Beyond frame 2048, so that frame numbers of one, two and three bytes are among them.
    const file = flacFile({ ...plain, bytes: 5_000_000 });
    const { channelData, sampleRate, samplesDecoded, errors } = await decoder.decodeFile(readAll(file));
    decoder.free();
    expect(errors).toEqual([]);
    expect(samplesDecoded).toBe(Math.round(file.duration * 44_100));
    expect(channelData[0]).toEqual(channelData[1]);
    expect(loudest(channelData[0]!)).toBeGreaterThan(0.1);
    expect(shareOfBestNote(middleOfNote(channelData[0]!, 16 * 1152, 0), sampleRate)).toBeGreaterThan(0.7);
  });

  it('of a voice note is there', async () => {
    const decoder = new OggOpusDecoder();
    await decoder.ready;
    const { channelData, samplesDecoded, errors } = await decoder.decodeFile(readAll(opusFile([1, 2], 7)));
    decoder.free();
    expect(errors).toEqual([]);
    expect(samplesDecoded).toBe(7 * 48_000 - 312);
    expect(loudest(channelData[0]!)).toBeGreaterThan(0.1);
  });

  it.each([64, 96, 128, 192, 256])(
    'of an M4A of %i kbit/s lies in frames that end where they should',
    (kbps) => {
      const file = m4aFile({ ...plain, kbps });
      const bytes = readAll(file);
      const frameBytes = aacFrameBytes(kbps);
      const data = bytes.indexOf('mdat') + 4;
      expect((bytes.length - data) % frameBytes).toBe(0);
      for (let at = data; at < bytes.length; at += frameBytes) {
        expect(soundStart(bytes, at)).toBeLessThan(at + frameBytes - 2);
      }
    },
  );
});

/** Where the data stream elements of an AAC frame end and its channel pair begins. */
function soundStart(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x81) at += 2 + bytes[at + 1]!;
  expect(bytes[at]! >>> 5).toBe(1);
  return at;
}

/** Bit by bit, most significant first, from zero: slow and plain, to judge the fast one by. */
function plainCrc(bytes: Uint8Array, width: number, polynomial: number): number {
  const top = 2 ** (width - 1);
  let register = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = (register >= top ? 1 : 0) ^ ((byte >>> bit) & 1);
      register = (register * 2) % 2 ** width;
      if (carry === 1) register = (register ^ polynomial) >>> 0;
    }
  }
  return register;
}

describe('checks', () => {
  it('of every FLAC frame are right, and frames are numbered from zero', () => {
    const file = flacFile({ ...plain, bytes: 5_000_000 });
    const bytes = readAll(file);
    let at = bytes.indexOf(Buffer.of(0xff, 0xf8, 0x39, 0x88, 0));
    let frame = 0;
    for (; at < bytes.length; frame++) {
      const number = Buffer.from(String.fromCodePoint(frame), 'utf8'); // FLAC codes frame numbers like UTF-8
      const header = at + 4 + number.length;
      expect(bytes.subarray(at, header)).toEqual(Buffer.concat([Buffer.of(0xff, 0xf8, 0x39, 0x88), number]));
      expect(bytes[header]).toBe(plainCrc(bytes.subarray(at, header), 8, 0x07));
      const end = header + 1 + 1 + 1152 * 2 + 4;
      // Every frame's CRC-16 costs; all kinds of frames are among every 97th and the first of each length.
      if (frame % 97 === 0 || frame === 128 || frame === 2048) {
        expect(bytes.readUInt16BE(end)).toBe(plainCrc(bytes.subarray(at, end), 16, 0x8005));
      }
      at = end + 2;
    }
    expect(at).toBe(bytes.length);
    expect(frame).toBeGreaterThan(2048);
  });

  it('of every Ogg page are right, and pages follow each other to the last', () => {
    const bytes = readAll(opusFile([1, 2], 7));
    const serial = bytes.readUInt32LE(14);
    const pages: { sequence: number; flags: number; granule: number }[] = [];
    for (let at = 0; at < bytes.length; ) {
      const segments = bytes[at + 26]!;
      const lacing = bytes.subarray(at + 27, at + 27 + segments);
      const end = at + 27 + segments + lacing.reduce((sum, length) => sum + length, 0);
      const page = Buffer.from(bytes.subarray(at, end));
      page.writeUInt32LE(0, 22);
      expect(bytes.readUInt32LE(at + 22)).toBe(plainCrc(page, 32, 0x04c1_1db7));
      expect([page.toString('latin1', 0, 4), page.readUInt32LE(14)]).toEqual(['OggS', serial]);
      pages.push({ sequence: page.readUInt32LE(18), flags: page[5]!, granule: page.readUInt32LE(6) });
      at = end;
    }
    expect(pages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(pages.map(({ flags }) => flags)).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 4]);
    expect(pages.map(({ granule }) => granule / 48_000)).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
