// npm run bench -- ige [--rounds N] [--dry]: AES-256-IGE decryption, ours beside @mtcute/wasm and GramJS, in interleaved
// rounds of one process. Writes docs/benchmarks.md (not with --dry).
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { getWasmUrl, ige256Decrypt, initSync } from '@mtcute/wasm';
import { IGE } from 'telegram/crypto/IGE.js';
import { loadKernels, SimdIgeDecryptor } from '../../dist/core/ige/ige_decryptor.js';
import { median, number, table, verdicts, writeSection } from './report.js';

const { values: options } = parseArgs({ options: { rounds: { type: 'string' }, dry: { type: 'boolean' } } });
const rounds = Number(options.rounds ?? 11);
const MB = 2 ** 20;
const SIZES = [128 * 1024, 512 * 1024, MB];
/** Messages start at different places modulo 4 KB, as they do in the lane. */
const GAP = 576;
const ROUND_MS = 60;
const GROUPS = [1, 2, 3, 4];

const random = (length) => randomFillSync(new Uint8Array(length));

/** MB per second of processor time. */
function rate(bytes, decrypt) {
  const started = process.cpuUsage();
  let used = 0;
  let calls = 0;
  while (used < ROUND_MS * 1000) {
    decrypt();
    calls++;
    const { user, system } = process.cpuUsage(started);
    used = user + system;
  }
  return (calls * bytes) / MB / (used / 1e6);
}

function subjects(size) {
  const data = random(size);
  const [key, iv] = [random(32), random(32)];
  const gramjs = new IGE(Buffer.from(key), Buffer.from(iv));
  const buffer = Buffer.from(data);
  const peers = [
    ['GramJS (JavaScript)', size, () => gramjs.decryptIge(buffer)],
    ['@mtcute/wasm', size, () => ige256Decrypt(data, key, iv)],
  ];
  const decryptor = new SimdIgeDecryptor(loadKernels(), GROUPS.length * (size + GAP));
  decryptor.calibrate(() => performance.now());
  const best = decryptor.bestBatch;
  const messages = GROUPS.map((_, m) => ({
    pointer: decryptor.dataStart + m * (size + GAP),
    length: size,
    key: random(32),
    iv: random(32),
  }));
  for (const { pointer, length } of messages) randomFillSync(decryptor.memory, pointer, length);
  const ours = GROUPS.filter((count) => count <= best).map((count) => [
    count === 1 ? 'tad, one message' : `tad, ${count} messages together`,
    count * size,
    () => decryptor.decrypt(messages.slice(0, count)),
  ]);
  return [...peers, ...ours];
}

initSync(readFileSync(getWasmUrl()));
const { verdict, tableOfVerdicts } = verdicts();
const rates = new Map();
for (const size of SIZES) {
  const all = subjects(size);
  const results = new Map(all.map(([name]) => [name, []]));
  for (const [, bytes, decrypt] of all) rate(bytes, decrypt);
  for (let round = 0; round < rounds; round++)
    for (const [name, bytes, decrypt] of all) results.get(name).push(rate(bytes, decrypt));
  for (const [name, list] of results) rates.set(name, [...(rates.get(name) ?? []), median(list)]);
}
const last = SIZES.length - 1;
const together = [...rates.keys()].at(-1);
const ratio = (name, peer) => rates.get(name)[last] / rates.get(peer)[last];
verdict(
  `Parts of 1 MB, ${together.replace('tad, ', '')}: times the speed of @mtcute/wasm`,
  ratio(together, '@mtcute/wasm'),
  ['>=', 2],
);
verdict('One message alone: times the speed of @mtcute/wasm', ratio('tad, one message', '@mtcute/wasm'), [
  '>=',
  1,
]);
const header = [
  'MB per CPU second',
  ...SIZES.map((size) => `${size / 1024} KB`),
  'CPU s/GB, 1 MB',
  'times @mtcute/wasm',
];
const rows = [...rates].map(([name, list]) => [
  name,
  ...list.map(number),
  number(1024 / list[last]),
  number(ratio(name, '@mtcute/wasm')),
]);
const body = [tableOfVerdicts(), table(header, rows)].join('\n\n');
console.log(body);
if (!options.dry) {
  const explanation = `Medians of ${rounds} interleaved rounds in one process, each message with a key of its own; key set-up is counted.`;
  writeSection({
    name: 'ige',
    title: 'AES-256-IGE',
    command: 'npm run bench -- ige',
    body: `${explanation}\n\n${body}`,
  });
}
