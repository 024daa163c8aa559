import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  collisionKey,
  cutToBytes,
  MAX_NAME_BYTES,
  PART_SUFFIX,
  safeComponent,
  utf8Length,
} from '../../../../src/core/download/naming/component.js';
import { chooseExtension } from '../../../../src/core/download/naming/extension.js';
import {
  candidateName,
  chatDirectoryName,
  proposeName,
} from '../../../../src/core/download/naming/file_name.js';
import { message } from '../fakes/fake_telegram.js';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.constantFrom(
    '..',
    '.',
    '',
    ' ',
    '/',
    '\\',
    'con',
    'COM1.mp3',
    'aux.flac',
    'a\0b',
    '\u202Egpj.mp3',
    '...x...',
    '~',
    '-',
  ),
);

const named = (fileName: string, mimeType = 'audio/mpeg') => {
  const name = proposeName({ ...message({ messageId: 1 }), fileName, mimeType });
  return candidateName(name, 1);
};

function expectSafe(name: string): void {
  expect(name).not.toBe('');
  expect(name).toBe(name.normalize('NFC'));
  expect(name.isWellFormed()).toBe(true);
  expect(name).not.toMatch(/[<>:"/\\|?*\p{Cc}\u202A-\u202E\u2066-\u2069\u200E\u200F\uFEFF\u2028\u2029]/u);
  expect(name).not.toMatch(/^[.\s]|[.\s]$/);
  expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
}

describe('file names', () => {
  it('are safe everywhere and short enough for .part, whatever the sender calls the file', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 1, max: 20_000 }), (fileName, title, attempt) => {
        const name = proposeName({ ...message({ messageId: 1 }), fileName, title });
        const final = candidateName(name, attempt);
        expectSafe(final);
        expect(utf8Length(final + PART_SUFFIX)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(final.endsWith(PART_SUFFIX)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are stable: naming a safe name again changes nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = safeComponent(text);
        expect(safeComponent(once)).toBe(once);
      }),
    );
  });

  it.each([
    ['Song.mp3', 'Song.mp3'],
    ['AC/DC: Live?.mp3', 'AC_DC_ Live_.mp3'],
    ['../../etc/passwd', '_.._etc_passwd.mp3'],
    ['NUL.mp3', '_NUL.mp3'],
    ['com1', '_com1.mp3'],
    ['CONSOLE.mp3', 'CONSOLE.mp3'],
    ['song.mp3. . ', 'song.mp3'],
    ['.hidden.mp3', 'hidden.mp3'],
    ['a\u202Egpm.exe\u202C.mp3', 'agpm.exe.mp3'],
    ['line\r\nbreak\t.mp3', 'line break.mp3'],
    ['e\u0301te\u0301.mp3', '\u00E9t\u00E9.mp3'],
    ['👩‍👩‍👧 family.mp3', '👩‍👩‍👧 family.mp3'],
    ['میخواهم\u200Cبیا.mp3', 'میخواهم\u200Cبیا.mp3'],
    ['Vol. 2', 'Vol. 2.mp3'],
    ['Mix.2024', 'Mix.2024.mp3'],
  ])('%j becomes %j', (fileName, expected) => {
    expect(named(fileName)).toBe(expected);
  });

  it('come from the tags, then from the kind and id, where the file name says nothing', () => {
    const base = { ...message({ messageId: 1, documentId: '77' }), fileName: '...' };
    expect(proposeName({ ...base, performer: 'Band', title: 'Song' }).stem).toBe('Band - Song');
    expect(proposeName({ ...base, title: 'Song' }).stem).toBe('Song');
    expect(proposeName({ ...base, title: ' / ', kind: 'voice' }).stem).toBe('voice 77');
  });

  it('get a number when they are taken, still within the limit', () => {
    const name = proposeName({ ...message({ messageId: 1 }), fileName: `${'ж'.repeat(200)}.mp3` });
    expect(candidateName(name, 2)).toMatch(/ж \(2\)\.mp3$/);
    expect(utf8Length(candidateName(name, 2))).toBeLessThanOrEqual(MAX_NAME_BYTES - PART_SUFFIX.length);
    expect(candidateName(name, 2)).not.toBe(candidateName(name, 3));
  });

  it('of chats fall back to the id', () => {
    expect(chatDirectoryName({ id: '-1001', title: '../' })).toBe('chat -1001');
    expect(chatDirectoryName({ id: '-1001', title: ' \u202E. ' })).toBe('chat -1001');
  });

  it('collide when only case or Unicode form differ', () => {
    expect(collisionKey('E\u0301TE\u0301.mp3')).toBe(collisionKey('été.MP3'));
    expect(collisionKey('a.mp3')).not.toBe(collisionKey('b.mp3'));
  });

  it('are never cut inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(64), (text, bytes) => {
        const cut = cutToBytes(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(utf8Length(cut)).toBeLessThanOrEqual(bytes);
      }),
    );
    expect(cutToBytes('👩‍👩‍👧!', 10)).toBe('');
  });
});

describe('extensions', () => {
  it.each([
    ['audio/mpeg', 'mp3', 'mp3'],
    ['audio/mpeg', '', 'mp3'],
    ['audio/mpeg', 'flac', 'flac'],
    ['audio/flac', 'mp3', 'flac'],
    ['audio/x-flac', '', 'flac'],
    ['audio/mp4', 'm4b', 'm4b'],
    ['audio/mp4', 'mp3', 'm4a'],
    ['audio/ogg', 'opus', 'opus'],
    ['audio/ogg; codecs=opus', '', 'ogg'],
    ['application/octet-stream', 'flac', 'flac'],
    ['application/octet-stream', '', 'bin'],
    ['', 'part', 'bin'],
    ['AUDIO/WAV', '', 'wav'],
  ])('%s named .%s becomes .%s', (mimeType, extension, expected) => {
    expect(chooseExtension(mimeType, extension)).toBe(expected);
  });
});
