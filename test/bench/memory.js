// npm run bench memory -- [--dry] [--check]: the memory structures against the best packages, each in processes of its own, in
// interleaved rounds. Prints every ratio beside its target, and writes the tables to docs/benchmarks.md (not with --dry). With --check a missed target fails.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCorpus } from './memory/corpus.js';
import { median, table, verdicts, writeSection } from './report.js';

const ROUNDS = 3;
const MB = 1e6;
const dir = mkdtempSync(join(tmpdir(), 'tad-bench-memory-'));

function measure(script, ...args) {
  const path = join(import.meta.dirname, 'memory', script);
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', path, ...args.map(String)], { encoding: 'utf8' }),
  );
}

/** Each subject in each round, one after the other; per subject and field the median of the rounds. */
function rounds(subjects, run, count = ROUNDS) {
  const results = new Map(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < count; round++) {
    for (const subject of subjects) results.get(subject).push(run(subject));
  }
  const middle = (list) =>
    Object.fromEntries(
      Object.keys(list[0]).map((field) => [field, median(list.map((result) => result[field]))]),
    );
  return new Map([...results].map(([subject, list]) => [subject, middle(list)]));
}

const { verdict, tableOfVerdicts, check } = verdicts();
const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

const CACHES = ['tad', 'lru-cache', 'mnemonist', 'quick-lru', 'tiny-lru'];

function cacheSpeed() {
  const columns = ['put', 'mix', 'get uniform', 'get zipf', 'get miss'];
  const titles = ['put + evict', 'zipf get-or-put', 'get, uniform', 'get, zipf', 'get, miss'];
  const parts = [];
  for (const kind of ['string', 'bigint']) {
    const results = rounds(CACHES, (library) => measure('cache_speed.js', library, kind));
    const [ours, theirs] = [results.get('tad'), results.get('lru-cache')];
    const [put, get] = kind === 'string' ? [2.5, 0.9] : [4, 2];
    verdict(`LRU, ${kind} ids: put with eviction, times lru-cache's speed`, theirs.put / ours.put, [
      '>=',
      put,
    ]);
    verdict(
      `LRU, ${kind} ids: get (hit, uniform), times lru-cache's speed`,
      theirs['get uniform'] / ours['get uniform'],
      ['>=', get],
    );
    verdict(
      `LRU, ${kind} ids: get (hit, zipf), times lru-cache's speed`,
      theirs['get zipf'] / ours['get zipf'],
      ['>=', get],
    );
    const rows = CACHES.map((name) => [
      name,
      ...columns.map((column) => results.get(name)[column].toFixed(0)),
    ]);
    parts.push(table([`LRU of 50,000, ${kind} ids, ns`, ...titles], rows));
  }
  return `${parts.join('\n\n')}\n\nquick-lru is no strict LRU: it keeps up to twice its bound. Put and mix get fresh ids; for
get they are prepared, their hashes known, which favours the libraries on Map.`;
}

function cacheSize() {
  const cases = [
    ['string', 50_000],
    ['bigint', 50_000],
    ['string', 1_000_000],
  ];
  const bytes = new Map(
    CACHES.map((library) => [library, cases.map((each) => measure('cache_size.js', library, ...each).bytes)]),
  );
  const [ours, theirs] = [bytes.get('tad'), bytes.get('lru-cache')];
  verdict('LRU of 50,000: bytes per entry after 1.5x churn', ours[0], ['<=', 26], 'bytes');
  verdict("LRU of a million: lru-cache's bytes per entry, times ours", theirs[2] / ours[2], ['>=', 4]);
  const rows = CACHES.map((name) => [name, ...bytes.get(name).map((value) => value.toFixed(1))]);
  return table(['Bytes per entry, id included', '50k strings', '50k bigints', '1M strings'], rows);
}

function cacheGarbage() {
  const puts = 10_000_000;
  const names = ['tad', 'lru-cache'];
  const results = names.map((library) => measure('cache_gc.js', library, 50_000, puts));
  verdict('LRU: major collections during 10 million puts', results[0].major, ['<=', 0], 'collections');
  const rows = names.map((name, i) => {
    const { minor, major, totalMs, longestMs, peakRssBytes } = results[i];
    return [name, minor, major, totalMs.toFixed(0), longestMs.toFixed(1), mib(peakRssBytes)];
  });
  return table(
    ['10 million puts of fresh strings', 'minor', 'major', 'total ms', 'longest ms', 'peak RSS'],
    rows,
  );
}

function setSize() {
  const names = ['tad', 'Set of strings', 'Set of bigints'];
  const sizes = [10_000, 50_000, 1_000_000];
  const bytes = names.map((name) => sizes.map((size) => measure('set_size.js', name, size).bytes));
  verdict('Set of 50,000 ids: bytes per element', bytes[0][1], ['<=', 16], 'bytes');
  verdict('Set of a million ids: bytes per element', bytes[0][2], ['<=', 16], 'bytes');
  const rows = names.map((name, i) => [name, ...bytes[i].map((value) => value.toFixed(1))]);
  return table(['Bytes per element, id included', '10k', '50k', '1M'], rows);
}

const READERS = ['tad', 'tad, line by line', 'readline', 'split2'];

function lines() {
  const path = join(dir, 'lines.txt');
  const rows = new Map(READERS.map((reader) => [reader, []]));
  // Large enough that what is measured is the reading, not the engine's warming up.
  for (const [corpus, size] of [
    ['mixed', 500 * MB],
    ['ndjson', 100 * MB],
    ['ids', 40 * MB],
  ]) {
    const { bytes } = writeCorpus(corpus, path, size);
    const results = rounds(READERS, (reader) => measure('lines.js', reader, path));
    const speed = (reader) => bytes / MB / results.get(reader).seconds;
    for (const reader of READERS) rows.get(reader).push(speed(reader).toFixed(0));
    const told = new Set([...results.values()].map((result) => `${result.lines} ${result.characters}`));
    if (told.size !== 1) throw new Error(`the readers disagree on ${corpus}: ${[...told].join(', ')}`);
    const ratio = speed('tad') / speed('readline');
    if (corpus === 'mixed') verdict("Lines, mixed UTF-8: times readline's speed", ratio, ['>=', 3]);
  }
  writeCorpus('mixed', path, 1000 * MB);
  const { peakRssBytes, seconds } = measure('lines.js', 'tad', path);
  verdict('Lines of a 1 GB file: peak RSS', peakRssBytes / 2 ** 20, ['<=', 65], 'MiB');
  const text = table(
    ['Lines, MB/s', 'mixed UTF-8 (92 B)', 'NDJSON (230 B)', 'ids (20 B)'],
    READERS.map((reader) => [reader, ...rows.get(reader)]),
  );
  return `${text}\n\nA file of 1 GB of mixed lines: ${seconds.toFixed(1)} s, peak RSS ${mib(peakRssBytes)}.`;
}

function pools() {
  const names = ['tad', 'generic-pool', 'tarn'];
  // A loan takes as long as two or three looks at memory: whether a neighbour has the other half of the core doubles it.
  const results = rounds(names, (name) => measure('pool_speed.js', name), 7);
  const ratio = results.get('generic-pool').asynchronous / results.get('tad').synchronous;
  verdict("Pool: times generic-pool's speed, synchronously", ratio, ['>=', 100]);
  verdict("Pool with leak recovery (always on): times generic-pool's speed", ratio, ['>=', 4]);
  const rows = names.map((name) => {
    const { synchronous, asynchronous, contended } = results.get(name);
    return [name, synchronous?.toFixed(1) ?? '-', asynchronous.toFixed(0), contended.toFixed(0)];
  });
  return table(['Acquire and release, ns', 'synchronous', 'awaited', '64 tasks on 8 objects'], rows);
}

function partBuffers() {
  const ways = ['pooled', 'allocUnsafe', 'allocUnsafeSlow'];
  const path = join(dir, 'parts.bin');
  const results = rounds(ways, (way) => measure('part_buffers.js', way, path), 5);
  const speed = (way) => results.get(way).megabytesPerSecond;
  verdict(
    'Part buffers: throughput, times allocating (allocUnsafe)',
    speed('pooled') / speed('allocUnsafe'),
    ['>=', 1.5],
  );
  const rows = ways.map((way) => {
    const { megabytesPerSecond, gcMs, major, peakRssBytes } = results.get(way);
    return [way, megabytesPerSecond.toFixed(0), gcMs.toFixed(0), major, mib(peakRssBytes)];
  });
  return table(['2 GiB in parts of 512 KiB, 8 at a time', 'MB/s', 'gc ms', 'major', 'peak RSS'], rows);
}

function monitor() {
  const { check, sample, memoryUsage } = measure('monitor_speed.js');
  const rows = [
    ['MemoryMonitor.check()', check.toFixed(1)],
    ['MemoryMonitor.sample()', sample.toFixed(1)],
    ['process.memoryUsage()', memoryUsage.toFixed(1)],
  ];
  return table(['One look at the memory', 'microseconds'], rows);
}

const started = Date.now();
try {
  const parts = [];
  for (const part of [cacheSize, cacheSpeed, cacheGarbage, setSize, lines, pools, partBuffers, monitor]) {
    const text = part();
    console.log(`${text}\n`);
    parts.push(text);
  }
  const summary = tableOfVerdicts();
  console.log(`${summary}\n\n${((Date.now() - started) / 1000).toFixed(0)} s`);
  if (!process.argv.includes('--dry')) {
    writeSection({
      name: 'memory',
      title: 'Memory structures',
      command: 'npm run bench memory',
      body: `Each subject in processes of its own. Speeds: medians of interleaved rounds (of the caches, of the best of four\npasses in each); sizes, collections, the file of 1 GB and the monitor: one run. Times are processor time, but for the part buffers.\n\n${[summary, ...parts].join('\n\n')}`,
    });
  }
  check();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
