import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Library } from '../../../src/core/library/library.js';
import { complete, filledLibrary, message, tempDir } from './fixtures.js';

const id = message(1).location.documentId;
const COVER = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9);

/** An ID3v2.3 frame (id3.org/id3v2.3.0, section 3.3). */
function frame(name: string, body: Uint8Array): Buffer {
  const header = Buffer.alloc(10);
  header.write(name, 'latin1');
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

const text = (name: string, value: string): Buffer =>
  frame(name, Buffer.concat([Uint8Array.of(1, 0xff, 0xfe), Buffer.from(value, 'utf16le')]));

/** A second of silence at 128 kbit/s with tags and a cover. */
function mp3(title = 'Ágætis byrjun'): Buffer {
  const frames = Buffer.concat([
    text('TIT2', title),
    text('TPE1', 'Sigur Rós'),
    text('TALB', 'Album'),
    text('TYER', '1999'),
    text('TRCK', '3/10'),
    text('TCON', 'Post-Rock'),
    frame('APIC', Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), COVER])),
  ]);
  const header = Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1');
  for (let i = 0; i < 4; i += 1) header[6 + i] = (frames.length >> (21 - 7 * i)) & 0x7f;
  const silence = Buffer.alloc(417);
  silence.set([0xff, 0xfb, 0x90, 0xc4]);
  return Buffer.concat([header, frames, ...Array.from({ length: 38 }, () => silence)]);
}

function libraryWith(content: Uint8Array): { library: Library; path: string } {
  const path = join(tempDir(), 'one.mp3');
  writeFileSync(path, content);
  const library = filledLibrary(1);
  complete(library, message(1), path);
  return { library, path };
}

describe('tags', () => {
  it('are read from the file, with the cover', async () => {
    const { library } = libraryWith(mp3());
    expect(await library.tags(id)).toEqual({
      title: 'Ágætis byrjun',
      artist: 'Sigur Rós',
      album: 'Album',
      year: 1999,
      trackNumber: 3,
      genre: 'Post-Rock',
      codec: 'MPEG 1 Layer 3',
      bitrate: 128_000,
      sampleRate: 44_100,
      cover: { mimeType: 'image/jpeg', data: COVER },
    });
  });

  it('that would disturb a terminal are cleaned and cut', async () => {
    const { library } = libraryWith(mp3(`\u202eevil\u001b[2J\n${'x'.repeat(1_000_000)}`));
    const tags = await library.tags(id);
    expect(tags?.title).toBe(`evil ${'x'.repeat(251)}`);
    expect(tags?.artist).toBe('Sigur Rós');
  });

  it('are read once, until the file is replaced, forgotten or memory is wanted', async () => {
    const { library, path } = libraryWith(mp3());
    const tags = await library.tags(id);
    rmSync(path);
    expect(await library.tags(id)).toBe(tags);
    expect(library.caches().find((cache) => cache.name === 'track tags')).toMatchObject({
      size: 1,
      hits: 1,
      misses: 1,
    });
    expect(library.trim()).toBeGreaterThan(COVER.length);
    expect(await library.tags(id)).toBeUndefined();
    writeFileSync(path, mp3());
    expect(await library.tags(id)).toEqual(tags);
    library.forgetTrack(id);
    expect(await library.tags(id)).toBeUndefined();
  });

  it('are undefined for a file that is no audio, and for a document that is not there', async () => {
    const { library } = libraryWith(Buffer.from('no audio at all'));
    expect(await library.tags(id)).toBeUndefined();
    expect(await library.tags('12345')).toBeUndefined();
  });

  it('can be given up', async () => {
    const { library } = libraryWith(mp3());
    const given = new AbortController();
    const reading = library.tags(id, given.signal);
    given.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await expect(library.tags(id, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
