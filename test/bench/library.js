// What the library costs in CPU time: look-ups (autocommit, in a read transaction, behind the id cache, mapped or
// not), writes, pages and searches. Run with: npm run bench -- library [TRACKS]. Without the number it is 200,000 of them,
// and docs/benchmarks.md is written.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openLibrary } from '../../dist/core/library/library.js';
import { LRUCache } from '../../dist/core/memory/lru_cache.js';
import { median, table, verdicts, writeSection } from './report.js';

const CHAT = '-1001234567890';
const PAGE = 100;
const ROUNDS = 5;
const LOOKUPS = 20_000;
const CACHED = 50_000;
const FIRST_ID = 5_000_000_000_000_000_000n;
// An odd multiplier spreads the ids as Telegram's are spread.
const documentId = (n) => String(FIRST_ID + ((BigInt(n) * 2_654_435_761n) % (1n << 40n)));

let seed = 1;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

const WORDS =
  'amber blue city dawn echo fire garden harbour island jazz kite lemon moon night ocean paper'.split(' ');
const words = (count) =>
  Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');

function message(n) {
  return {
    chatId: CHAT,
    messageId: n,
    date: 1_700_000_000 + n,
    kind: 'music',
    mimeType: 'audio/mpeg',
    fileName: `${words(3)} ${n}.mp3`,
    title: `${words(2)} ${n}`,
    performer: words(2),
    duration: 200,
    location: {
      documentId: documentId(n),
      accessHash: documentId(n),
      fileReference: new Uint8Array(25),
      dcId: 2,
      size: 8_000_000,
    },
  };
}

/** CPU seconds: on a machine that others use too, these repeat where wall time does not. */
function seconds(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function fill(library, tracks) {
  library.saveChats([{ id: CHAT, kind: 'channel', title: 'Bench', folders: [], pinned: false }]);
  let saving = 0;
  for (let from = 1; from <= tracks; from += PAGE) {
    const page = Array.from({ length: PAGE }, (_, i) => message(from + i));
    saving += seconds(() => library.saveMessages(page));
  }
  const done = (n) => {
    const ids = { documentId: documentId(n), chatId: CHAT, messageId: n };
    const path = `/home/me/Music/Bench/${n}.mp3`;
    library.beginTransfer({ ...ids, path, partPath: `${path}.part`, size: 8_000_000 });
    library.completeTransfer({ ...ids, path, bytes: 8_000_000, sha256: 'ab'.repeat(32) });
  };
  const single = Math.min(2000, tracks);
  const one = seconds(() => {
    for (let n = 1; n <= single; n += 1) done(n);
  });
  library.inTransaction(() => {
    for (let n = single + 1; n <= tracks; n += 1) done(n);
  });
  const ids = { documentId: documentId(tracks + 1), chatId: CHAT, messageId: tracks + 1 };
  library.saveMessages([message(tracks + 1)]);
  library.beginTransfer({ ...ids, path: '/p', partPath: '/p.part', size: 2 ** 31 });
  const part = (i) => ({ offset: i * 524_288, length: 524_288, digest: 'cd'.repeat(16) });
  const parts = seconds(() => {
    for (let i = 0; i < 2000; i += 1) library.recordPart(ids.documentId, part(i));
  });
  const batched = seconds(() => {
    for (let i = 2000; i < 4000; i += 16) {
      library.inTransaction(() => {
        for (let k = 0; k < 16; k += 1) library.recordPart(ids.documentId, part(i + k));
      });
    }
  });
  return {
    'save a message (pages of 100; both search indices and totals included)': saving / tracks,
    'begin and complete a transfer': one / single,
    'record a part': parts / 2000,
    'record a part (batches of 16)': batched / 2000,
  };
}

/** Streams of document ids as a scan would ask for them. */
function streams(tracks) {
  const zipf = () => Math.floor(tracks ** random()); // density 1/n: the classic web and music popularity
  const make = (pick) => Array.from({ length: LOOKUPS }, () => documentId(pick()));
  return {
    recent: make(() => tracks - Math.floor(random() * Math.min(CACHED, tracks))),
    any: make(() => 1 + Math.floor(random() * tracks)),
    miss: make(() => tracks + 10 + Math.floor(random() * tracks)),
    zipf: make(() => Math.max(1, zipf())),
  };
}

function lookUp(library, ids, way) {
  let found = 0;
  const cache = way.startsWith('id cache') ? new LRUCache(CACHED) : undefined;
  const has = cache
    ? (id) => cache.get(id) !== undefined || (library.isCompleted(id) && cache.put(id))
    : (id) => library.isCompleted(id);
  const page = (from) => {
    for (let i = from; i < from + PAGE; i += 1) if (has(ids[i])) found += 1;
  };
  const inPages = (each) => {
    for (let from = 0; from < ids.length; from += PAGE) each(from);
  };
  if (cache) for (const id of library.completedIds(CACHED)) cache.put(id);
  const taken = seconds(() =>
    inPages(way.endsWith('autocommit') ? page : (from) => library.inReadTransaction(() => page(from))),
  );
  return { taken, found };
}

const WAYS = ['autocommit', 'read transaction', 'id cache + autocommit', 'id cache + read transaction'];
const MAPPED = ', mmap_size 1 GiB';

function lookUps(file, tracks) {
  const ids = streams(tracks);
  const results = new Map();
  const libraries = [0, 2 ** 30].map((mmapSizeBytes) => ({
    mmapSizeBytes,
    library: openLibrary({ file, mmapSizeBytes }),
  }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { mmapSizeBytes, library } of libraries) {
      for (const way of WAYS) {
        for (const [name, stream] of Object.entries(ids)) {
          const key = `${way}${mmapSizeBytes ? MAPPED : ''}`;
          const row = results.get(key) ?? { recent: [], any: [], miss: [], zipf: [] };
          row[name].push((lookUp(library, stream, way).taken / LOOKUPS) * 1e9);
          results.set(key, row);
        }
      }
    }
  }
  for (const { library } of libraries) library.close();
  return new Map(
    [...results].map(([way, row]) => [
      way,
      Object.fromEntries(Object.entries(row).map(([stream, values]) => [stream, median(values)])),
    ]),
  );
}

function reads(file, tracks) {
  using library = openLibrary({ file });
  const database = new Sqlite(file, { readonly: true });
  const aggregate = database.prepare(
    'SELECT messages.chat_id, count(*), count(t.seq) FROM messages JOIN documents d ON d.seq = document_seq LEFT JOIN tracks t ON t.document_id = d.id GROUP BY messages.chat_id',
  );
  const page = { offset: 0, limit: 50 };
  const timed = {
    'page of 50 messages at the start': () => library.messages(CHAT, page),
    'page of 50 messages at the end': () => library.messages(CHAT, { offset: tracks - 50, limit: 50 }),
    'search "j", 50 of many': () => library.search('j', page),
    'search "jazz moon", 50': () => library.search('jazz moon', page),
    'search "amber 77", 50': () => library.search('amber 77', page),
    'messages of a chat with "jazz moon", newest 50': () =>
      library.messages(CHAT, page, { text: 'jazz moon' }),
    'messages of a chat with "j", newest 50': () => library.messages(CHAT, page, { text: 'j' }),
    'count "jazz", first time': () => {
      library.trim();
      library.count('jazz');
    },
    'count "jazz", again': () => library.count('jazz'),
    'counts per chat by GROUP BY (what we do not do)': () => aggregate.all(),
    'counts per chat, first time after a change': () => {
      library.trim();
      library.chatCounts();
    },
    'counts per chat, again': () => library.chatCounts(),
    'the last 50,000 ids': () => [...library.completedIds(CACHED)],
  };
  const results = Object.entries(timed).map(([name, work]) => {
    work();
    const times = 1 + Math.ceil(0.05 / Math.max(1e-5, seconds(work)));
    const all = seconds(() => {
      for (let i = 0; i < times; i += 1) work();
    });
    return [name, all / times];
  });
  database.close();
  return results;
}

const micro = (value) => (value * 1e6).toFixed(value < 1e-5 ? 1 : 0);
const microTable = (title, results) =>
  table(
    [title, 'us'],
    results.map(([name, value]) => [name, micro(value)]),
  );

/** The tables, as Markdown. */
function benchLibrary(tracks) {
  const dir = mkdtempSync(join(tmpdir(), 'tad-bench-library-'));
  const file = join(dir, 'library.db');
  try {
    const library = openLibrary({ file });
    const writes = fill(library, tracks);
    library.close();
    const bytes = statSync(file).size;
    const found = lookUps(file, tracks);
    const [alone, together] = [found.get('autocommit'), found.get('read transaction')];
    verdict('A read transaction around look-ups: times faster (any track)', alone.any / together.any, [
      '>=',
      2,
    ]);
    verdict('The same, ids that are unknown', alone.miss / together.miss, ['>=', 2]);
    const rows = [...found].map(([way, { recent, any, miss, zipf }]) => [
      way,
      ...[recent, any, miss, zipf].map((value) => value.toFixed(0)),
    ]);
    return [
      `${tracks} messages and tracks of one chat, ids in random order: ${(bytes / 2 ** 20).toFixed(0)} MiB, ${(bytes / tracks).toFixed(0)} B
for a message with its document, track and search entries. Times are processor time.`,
      tableOfVerdicts(),
      table(
        [
          `"Have it?", ns, median of ${ROUNDS}`,
          `one of the last ${CACHED.toLocaleString('en')}`,
          'any track',
          'unknown',
          'zipf',
        ],
        rows,
      ),
      microTable('Write', Object.entries(writes)),
      microTable('Read', reads(file, tracks)),
    ].join('\n\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const { verdict, tableOfVerdicts, check } = verdicts();
const tracks = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const body = benchLibrary(Number(tracks ?? 200_000));
console.log(body);
if (tracks === undefined) {
  writeSection({ name: 'library', title: 'The library', command: 'npm run bench -- library', body });
}
check();
