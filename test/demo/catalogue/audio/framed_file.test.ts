import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flacFile } from '../../../../src/demo/catalogue/audio/flac.js';
import { m4aFile } from '../../../../src/demo/catalogue/audio/m4a.js';
import { mp3File } from '../../../../src/demo/catalogue/audio/mp3.js';
import { opusFile } from '../../../../src/demo/catalogue/audio/opus.js';
import type { AudioSpec } from '../../../../src/demo/catalogue/audio/spec.js';
import { coverArt } from '../../../../src/demo/catalogue/cover.js';
import { readAll } from '../read_all.js';

const tags = { title: 'T', performer: 'P', album: 'A', genre: 'G', year: 2000, track: 1 };
const make = (key: readonly [number, number]) => {
  const spec: AudioSpec = { key, bytes: 400_000, kbps: 128, tags, cover: coverArt(5) };
  return {
    mp3: mp3File(spec, 'id3v2.4'),
    'untagged mp3': mp3File(spec, 'id3v1'),
    flac: flacFile(spec),
    m4a: m4aFile(spec),
    opus: opusFile(key, 120),
  };
};
const files = make([1, 2]);
const names = Object.keys(files) as (keyof typeof files)[];

describe.each(names)('%s', (name) => {
  const whole = readAll(files[name]);

  it('gives the same bytes for any range, in any order, and touches nothing beside it', () => {
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(70_000), fc.nat(9), (offset, wanted, at) => {
        const length = Math.min(wanted, whole.length - offset);
        const target = new Uint8Array(at + length + 5).fill(0xee);
        files[name].read(offset, length, target, at);
        expect(
          Buffer.compare(target.subarray(at, at + length), whole.subarray(offset, offset + length)),
        ).toBe(0);
        expect(target.subarray(0, at).every((byte) => byte === 0xee)).toBe(true);
        expect(target.subarray(at + length).every((byte) => byte === 0xee)).toBe(true);
      }),
    );
  });

  it('refuses what is not in the file or does not fit', () => {
    const target = new Uint8Array(100);
    expect(() => files[name].read(whole.length - 10, 11, target)).toThrow(RangeError);
    expect(() => files[name].read(-1, 5, target)).toThrow(RangeError);
    expect(() => files[name].read(0, 101, target)).toThrow(RangeError);
    expect(() => files[name].read(0, 10, target, 95)).toThrow(RangeError);
    files[name].read(whole.length, 0, target);
  });

  it('has no 4 KB of sound in common with itself or another file', () => {
    const seen = new Set<string>();
    let blocks = 0;
    for (const other of [whole, readAll(make([1, 3])[name]), readAll(make([2, 2])[name])]) {
      for (let at = 20_480; at + 4096 <= other.length; at += 4096) {
        seen.add(other.toString('latin1', at, at + 4096));
        blocks++;
      }
    }
    expect(blocks).toBeGreaterThan(150);
    expect(seen.size).toBe(blocks);
  });
});
