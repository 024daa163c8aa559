// Files of lines for the readers: always the same ones.
import { closeSync, openSync, writeSync } from 'node:fs';
import { randomNumbers, stringId } from './ids.js';

const WORDS = (
  'Привет мир музыка 音楽 再生 🎧 album track podcast remix feat. live кино 世界 loud quiet Sonata No. Концерт ' +
  'für Élise 夜 песня song Nocturne'
).split(' ');
const LINES = 20_000;

export const corpora = {
  /** Words of several scripts, 92 bytes a line. */
  mixed(random) {
    let line = '';
    while (Buffer.byteLength(line) < 88) line += `${WORDS[Math.floor(random() * WORDS.length)]} `;
    return line.trimEnd();
  },
  /** What `tad` exports: mostly ASCII, titles of several scripts. */
  ndjson(random, n) {
    const title = () => corpora.mixed(random).slice(0, 10 + random() * 30);
    return JSON.stringify({
      chatId: '-1001234567890',
      messageId: n,
      documentId: stringId(n),
      fileName: `${title()}.mp3`,
      title: title(),
      performer: title(),
      duration: Math.floor(random() * 400),
    });
  },
  /** A list of ids. */
  ids: (_, n) => stringId(n),
};

/** Writes about `bytes` of a corpus; returns how many bytes and lines these are. */
export function writeCorpus(name, path, bytes) {
  const numbers = randomNumbers(7);
  const random = () => numbers.next().value;
  const lines = Array.from({ length: LINES }, (_, n) => corpora[name](random, n));
  const block = Buffer.from(`${lines.join('\n')}\n`);
  const repeats = Math.round(bytes / block.length);
  const file = openSync(path, 'w');
  for (let i = 0; i < repeats; i++) writeSync(file, block);
  closeSync(file);
  return { bytes: block.length * repeats, lines: LINES * repeats };
}
