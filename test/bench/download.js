// npm run bench -- download [--runs N] [--quick] [--dry] [--check] [--only CASE]: tad beside stock GramJS and mtcute, each client in
// a fresh process, in interleaved rounds, against the demo server in a process of its own. Prints every figure beside its
// target and writes docs/benchmarks.md (not with --dry, --quick or --only).

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { CLIENT_NAMES, FLOOR, runClient, startServer } from './download/processes.js';
import { median, number, table, verdicts, writeSection } from './report.js';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean' },
    dry: { type: 'boolean' },
    check: { type: 'boolean' },
    only: { type: 'string' },
  },
});
const runs = Number(options.runs ?? (options.quick ? 1 : 5));
const MB = 2 ** 20;
const GB = 2 ** 30;
const FILE_MB = options.quick ? 64 : 200;
const LONG_MB = options.quick ? 512 : 2048;
const SMALL_FILES = options.quick ? 1000 : 10_000;
/** The slower clients get fewer small files, about as many seconds' worth; files per second are compared. */
const SMALL_FILES_OF_MTCUTE = SMALL_FILES / 4;
const SMALL_FILES_OF_GRAMJS = SMALL_FILES / 20;
const SMALL_KB = 50;
/** What takes minutes and hardly varies is done in fewer rounds. */
const FEW_RUNS = Math.min(runs, 3);
const LATENCY_MS = 50;
const SHAPE_MB = 20;
const [GRAMJS, MTCUTE, MTCUTE_BEST, TAD] = CLIENT_NAMES;

const { verdict, tableOfVerdicts, check } = verdicts();
const mib = (bytes) => (bytes / MB).toFixed(0);
const say = (text) => console.error(text);

async function sha256Of(path) {
  const hash = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: MB });
  stream.on('data', (piece) => hash.update(piece));
  await once(stream, 'end');
  return hash.digest('hex');
}

/** A check that these documents, and nothing else, are there byte for byte. */
function contentIs(messages) {
  return async (files) => {
    const found = await Promise.all(files.map(sha256Of));
    const wanted = messages.map(({ sha256 }) => sha256);
    if (found.toSorted().join() !== wanted.toSorted().join()) throw new Error('a client wrote wrong bytes');
  };
}

/** Figures of the runs: median of each. */
function summary(results, bytes) {
  const middle = (figure) => median(results.map(figure));
  const perGb = (seconds) => (seconds / bytes) * GB;
  return {
    mbPerSecond: middle(({ seconds }) => bytes / MB / seconds),
    cpuPerGb: middle(({ cpuSeconds }) => perGb(cpuSeconds)),
    wholeCpuPerGb: middle(({ wholeCpuSeconds }) => perGb(wholeCpuSeconds)),
    serverCpuPerGb: middle(({ server }) => perGb(server.cpuSeconds)),
    loopP99Ms: middle(({ loopP99Ms }) => loopP99Ms),
    peakRss: middle(({ peakRssBytes }) => peakRssBytes),
    spread: results.map(({ seconds }) => bytes / MB / seconds).toSorted((a, b) => a - b),
  };
}

/** Every client fetches the same file, round after round. */
async function fetchOneFile(what, clients, serverOptions, runsOf = () => runs) {
  using server = await startServer({ seed: 1, chats: 1, tracks: 8, fileMb: FILE_MB, ...serverOptions });
  const login = await server.ask('login');
  const messages = await server.ask('messages', 1);
  const bytes = messages[0].size;
  const results = new Map(clients.map((name) => [name, []]));
  for (let round = 0; round < runs; round++) {
    for (const name of clients.filter((client) => round < runsOf(client))) {
      const check = name === FLOOR ? () => {} : contentIs(messages);
      const result = await runClient(name, server, login, { messages, bytes }, check);
      say(`${what}: ${name}: ${number(bytes / MB / result.seconds)} MB/s`);
      results.get(name).push(result);
    }
  }
  return new Map([...results].map(([name, list]) => [name, summary(list, bytes)]));
}

function speedTable(title, results) {
  const rows = [...results].map(([name, of]) => [
    name,
    `${number(of.mbPerSecond)} [${number(of.spread[0])} to ${number(of.spread.at(-1))}]`,
    number(of.cpuPerGb),
    number(of.wholeCpuPerGb),
    number(of.serverCpuPerGb),
    number(of.loopP99Ms),
    mib(of.peakRss),
  ]);
  const header = [
    title,
    'MB/s [least to most]',
    'CPU s/GB',
    'with start-up',
    "server's CPU s/GB",
    'loop p99 ms',
    'peak RSS MB',
  ];
  return table(header, rows);
}

async function throughput() {
  const plain = await fetchOneFile('loopback', [...CLIENT_NAMES, FLOOR], {});
  const runsOf = (name) => (name === GRAMJS ? FEW_RUNS : runs);
  const late = await fetchOneFile(`${LATENCY_MS} ms`, CLIENT_NAMES, { latencyMs: LATENCY_MS }, runsOf);
  const shape = { bandwidth: SHAPE_MB * MB };
  const shaped = await fetchOneFile(`${SHAPE_MB} MB/s`, [MTCUTE_BEST, TAD], shape, () => FEW_RUNS);
  const [tad, gramjs] = [plain.get(TAD), plain.get(GRAMJS)];
  verdict('Loopback: times the speed of GramJS', tad.mbPerSecond / gramjs.mbPerSecond, ['>=', 4]);
  verdict('CPU per GB, part of what GramJS takes', tad.cpuPerGb / gramjs.cpuPerGb, ['<=', 0.16]);
  verdict('CPU per GB', tad.cpuPerGb, ['<=', 5.5], 's');
  verdict('CPU per GB: times the floor', tad.cpuPerGb / plain.get(FLOOR).cpuPerGb, ['<=', 1.5]);
  const [tadLate, gramjsLate] = [late.get(TAD), late.get(GRAMJS)];
  const ratio = tadLate.mbPerSecond / gramjsLate.mbPerSecond;
  verdict(`${LATENCY_MS} ms per answer: times the speed of GramJS`, ratio, ['>=', 15]);
  const kept = (tadLate.mbPerSecond / tad.mbPerSecond) * 100;
  verdict(`${LATENCY_MS} ms per answer: of its own speed without`, kept, ['>=', 80], '%');
  const used = (shaped.get(TAD).mbPerSecond / SHAPE_MB) * 100;
  verdict(`A link of ${SHAPE_MB} MB/s: used`, used, ['>=', 97], '%');
  verdict('Event-loop delay of the main thread, p99', tad.loopP99Ms, ['<=', 15], 'ms');
  for (const [where, results] of [
    ['Loopback', plain],
    [`${LATENCY_MS} ms`, late],
    [`A link of ${SHAPE_MB} MB/s`, shaped],
  ]) {
    const ours = results.get(TAD).mbPerSecond;
    const best = Math.max(...[MTCUTE, MTCUTE_BEST].flatMap((name) => results.get(name)?.mbPerSecond ?? []));
    verdict(`${where}: times the speed of mtcute at its best`, ours / best, ['>=', 1]);
  }
  const leastCpu = Math.min(plain.get(MTCUTE).cpuPerGb, plain.get(MTCUTE_BEST).cpuPerGb);
  verdict("CPU per GB, part of mtcute's least", tad.cpuPerGb / leastCpu, ['<=', 1]);
  return [
    speedTable(`One file of ${FILE_MB} MB, loopback`, plain),
    speedTable(`The same, every answer ${LATENCY_MS} ms late`, late),
    speedTable(`The same, all connections together ${SHAPE_MB} MB/s`, shaped),
  ];
}

async function memory() {
  const rows = [];
  for (const [count, fileMb, bound] of [
    [1, LONG_MB, 150],
    [8, LONG_MB / 8, 180],
  ]) {
    using server = await startServer({ seed: 1, chats: 1, tracks: 2 * count + 8, fileMb });
    const login = await server.ask('login');
    const messages = await server.ask('messages', count);
    const bytes = messages.reduce((sum, { size }) => sum + size, 0);
    const what = `${count} x ${fileMb} MB${count > 1 ? ' at once' : ''}`;
    const figures = async (name, times) => {
      const results = [];
      for (let round = 0; round < times; round++) {
        const job = { messages, bytes, parallel: count, atOnce: count };
        results.push(await runClient(name, server, login, job, contentIs(messages)));
        say(`${what}: ${name}: ${mib(results.at(-1).peakRssBytes)} MB`);
      }
      const middle = (figure) => median(results.map(figure));
      const of = {
        speed: middle(({ seconds }) => bytes / MB / seconds),
        quarters: [0, 1, 2, 3].map((i) => middle(({ quarterRssBytes }) => quarterRssBytes[i])),
        peak: middle(({ peakRssBytes }) => peakRssBytes),
      };
      rows.push([`${name}, ${what}`, number(of.speed), ...of.quarters.map(mib), mib(of.peak)]);
      return of;
    };
    const mtcute = await figures(MTCUTE_BEST, 1);
    const tad = await figures(TAD, FEW_RUNS);
    verdict(`Peak RSS, ${what}`, tad.peak / MB, ['<=', bound], 'MB');
    const [, second, , fourth] = tad.quarters;
    verdict(`${what}: RSS of the last quarter, of that of the second`, fourth / second, ['<=', 1.1]);
    verdict(`Peak RSS, ${what}, part of mtcute's`, tad.peak / mtcute.peak, ['<=', 1]);
  }
  const header = [
    `Memory: median of ${FEW_RUNS}, one run of mtcute`,
    'MB/s',
    '1st quarter',
    '2nd',
    '3rd',
    '4th',
    'peak RSS MB',
  ];
  return [table(header, rows)];
}

/** How many small files a client fetches. */
function smallFilesOf(name) {
  if (name === TAD) return SMALL_FILES;
  return name === GRAMJS ? SMALL_FILES_OF_GRAMJS : SMALL_FILES_OF_MTCUTE;
}

async function smallFiles() {
  using server = await startServer({ seed: 1, chats: 1, tracks: SMALL_FILES, fileMb: SMALL_KB / 1024 });
  const login = await server.ask('login');
  const hashes = new Set(await server.ask('hashes', SMALL_FILES));
  const results = new Map(CLIENT_NAMES.map((name) => [name, []]));
  for (let round = 0; round < FEW_RUNS; round++) {
    for (const name of CLIENT_NAMES) {
      const limit = smallFilesOf(name);
      const job = { limit, bytes: limit * SMALL_KB * 1024 };
      const result = await runClient(name, server, login, job, async (files) => {
        if (files.length !== limit) throw new Error(`${name} fetched ${files.length} of ${limit} files`);
        for (const file of files) {
          if (!hashes.has(await sha256Of(file))) throw new Error(`${basename(file)} has wrong bytes`);
        }
      });
      results.get(name).push(result);
      say(`small files: ${name}: ${number(limit / result.seconds)} files/s`);
    }
  }
  const of = (name) => {
    const limit = smallFilesOf(name);
    const middle = (figure) => median(results.get(name).map(figure));
    const requests = (result) => Object.values(result.server.requests).reduce((sum, count) => sum + count, 0);
    return {
      limit,
      perSecond: middle(({ seconds }) => limit / seconds),
      spread: results
        .get(name)
        .map(({ seconds }) => limit / seconds)
        .toSorted((a, b) => a - b),
      cpuMs: middle(({ cpuSeconds }) => (cpuSeconds / limit) * 1000),
      serverCpuMs: middle((result) => (result.server.cpuSeconds / limit) * 1000),
      requests: middle((result) => requests(result) / limit),
      peakRss: middle(({ peakRssBytes }) => peakRssBytes),
    };
  };
  const [tad, gramjs, ...mtcute] = [TAD, GRAMJS, MTCUTE, MTCUTE_BEST].map(of);
  const what = `${SMALL_FILES} files of ${SMALL_KB} KB`;
  verdict(`${what}: times the speed of GramJS`, tad.perSecond / gramjs.perSecond, ['>=', 5]);
  const best = Math.max(...mtcute.map(({ perSecond }) => perSecond));
  verdict(`${what}: times the speed of mtcute at its best`, tad.perSecond / best, ['>=', 1]);
  const least = Math.min(...mtcute.map(({ cpuMs }) => cpuMs));
  verdict(`${what}: CPU per file, part of mtcute's least`, tad.cpuMs / least, ['<=', 1]);
  verdict(`${what}: requests per file`, tad.requests, ['<=', 3], '');
  const header = [
    `Files of ${SMALL_KB} KB`,
    'files',
    'files/s [least to most]',
    'CPU ms per file',
    "server's CPU ms per file",
    'requests per file',
    'peak RSS MB',
  ];
  const rows = CLIENT_NAMES.map((name) => {
    const { limit, perSecond, spread, cpuMs, serverCpuMs, requests, peakRss } = of(name);
    const speed = `${number(perSecond)} [${number(spread[0])} to ${number(spread.at(-1))}]`;
    return [name, limit, speed, number(cpuMs), number(serverCpuMs), number(requests), mib(peakRss)];
  });
  return [table(header, rows)];
}

const CASES = { throughput, memory, small: smallFiles };
if (options.only !== undefined && !(options.only in CASES)) {
  console.error(`--only ${Object.keys(CASES).join('|')}`);
  process.exit(2);
}
const started = performance.now();
const parts = [];
for (const [name, measure] of Object.entries(CASES)) {
  if (options.only === undefined || options.only === name) parts.push(...(await measure()));
}
const verdictTable = tableOfVerdicts();
console.log([verdictTable, ...parts].join('\n\n'));
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s, median of ${runs}`);
if (!options.dry && !options.quick && options.only === undefined) {
  const explanation = `Median of ${runs} interleaved rounds (of ${FEW_RUNS} for GramJS at ${LATENCY_MS} ms, the shaped link, memory and small files), each client in a fresh process, the server in a process of its own on the same
cores, contents checked by SHA-256. MB and GB are 2^20 and 2^30 bytes. CPU seconds are of all threads of the client during the download; "with start-up"
adds what it takes to start and connect. tad is the whole program but the screen: scan, queue, native lane, library, digest of every part,
SHA-256 of every file, fsync; the others write a file. "floor" is no client: it decrypts as much with
the same kernels, takes SHA-256 twice (message keys, file) and writes it, at a download's pace, and shows what of the CPU time nobody who decrypts in WebAssembly gets
around here. Page cache for the one file is held ready for whichever client runs: on a virtual machine whose free memory goes back to the
host, cold pages cost 1 to 2 s/GB, by chance more or less. mtcute with 4 connections has parts of 512 KB and, for small files, four at once.`;
  writeSection({
    name: 'download',
    title: 'Downloads',
    command: 'npm run bench -- download',
    body: [explanation, verdictTable, ...parts].join('\n\n'),
  });
}
check();
