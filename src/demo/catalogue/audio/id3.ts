import { type Picture, type Tags, tagText } from './spec.js';
import { spread28 } from './stamp.js';

/**
 * An ID3v2 tag of exactly `size` bytes, padded with zeros. Version 2.4 in UTF-8 or 2.3 in UTF-16, as both are met.
 * https://id3.org/id3v2.4.0-structure, https://id3.org/id3v2.3.0
 */
export function id3v2(tags: Tags, cover: Picture | undefined, version: 3 | 4, size: number): Uint8Array {
  const tag = Buffer.alloc(size);
  tag.write('ID3', 'latin1');
  tag[3] = version;
  tag.writeUInt32BE(spread28(size - 10), 6);
  let at = 10;
  const put = (id: string, content: Uint8Array) => {
    tag.write(id, at, 'latin1');
    tag.writeUInt32BE(version === 4 ? spread28(content.length) : content.length, at + 4);
    tag.set(content, at + 10);
    at += 10 + content.length;
  };
  for (const [id, text] of texts(tags, version)) put(id, encodeText(text, version));
  if (cover !== undefined) {
    const intro = Buffer.from('\0image/jpeg\0\x03\0', 'latin1'); // Latin-1, MIME type, front cover, no description
    put('APIC', Buffer.concat([intro, cover.bytes()]));
  }
  return tag;
}

function texts(tags: Tags, version: 3 | 4): readonly (readonly [string, string])[] {
  return [
    ['TIT2', tags.title],
    ['TPE1', tags.performer],
    ['TALB', tags.album],
    ['TRCK', String(tags.track)],
    [version === 4 ? 'TDRC' : 'TYER', String(tags.year)],
    ['TCON', tags.genre],
  ];
}

function encodeText(text: string, version: 3 | 4): Buffer {
  const cut = tagText(text);
  return version === 4
    ? Buffer.concat([Buffer.of(3), Buffer.from(cut, 'utf8')])
    : Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(cut, 'utf16le')]);
}

export const ID3V1_BYTES = 128;

/** An ID3v1.1 tag: Latin-1, and nothing longer than 30 characters. */
export function id3v1(tags: Tags): Uint8Array {
  const tag = Buffer.alloc(ID3V1_BYTES);
  tag.write('TAG', 'latin1');
  const put = (text: string, at: number, length: number) => {
    const latin = [...tagText(text)].map((c) => (c.codePointAt(0)! < 0x100 ? c : '?')).join('');
    tag.write(latin.slice(0, length), at, 'latin1');
  };
  put(tags.title, 3, 30);
  put(tags.performer, 33, 30);
  put(tags.album, 63, 30);
  put(String(tags.year), 93, 4);
  tag[126] = tags.track & 0xff;
  tag[127] = 0xff;
  return tag;
}
