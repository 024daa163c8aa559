// Feeds ids through the real scan, duplicate filter and library of the compiled core, from a gateway that makes its
// messages up (the product's own talk with Telegram would only add minutes). Tells figures as NDJSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEAP_OF_TAD } from '../../dist/cli/heap_of_tad.js';
import { AudioDownloader } from '../../dist/core/download/audio_downloader.js';
import { systemClock } from '../../dist/core/download/clock.js';
import { MemoryGate } from '../../dist/core/download/policies/memory_gate.js';
import { createCoreEmitter } from '../../dist/core/events.js';
import { openLibrary } from '../../dist/core/library/library.js';
import { boundHeap, getMemoryMonitor } from '../../dist/core/memory/index.js';
import { MemoryManager, peakRssBytes } from '../../dist/core/performance/memory_manager.js';

const { home, count, rescans, budgetBytes } = JSON.parse(process.env.TAD_IDS ?? '{}');
boundHeap(HEAP_OF_TAD);
const PAGE = 100;
/** Files that are there already; every tenth message is one of them. */
const HAVE = 500;
const BYTES = 1000;
/** Every tenth message repeats the document that came so many messages before. */
const REPEATED_AFTER = 50;
/** Times that the figures are told in a pass. */
const SAMPLES = 400;

const chat = { id: '-1001', kind: 'channel', title: 'Ids', accessHash: '1', folders: [], pinned: false };
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Large and well spread, as Telegram's are. */
function documentIdOf(number) {
  return String(5_000_000_000_000_000_000n + ((BigInt(number) * 1_000_003n) << 20n));
}

function documentOf(messageId) {
  if (messageId % 10 === 0) return count + 1 + ((messageId / 10) % HAVE);
  return messageId % 10 === 1 && messageId + REPEATED_AFTER + 1 <= count
    ? messageId + REPEATED_AFTER + 1
    : messageId;
}

function message(messageId) {
  const number = documentOf(messageId);
  return {
    chatId: chat.id,
    messageId,
    date: 1_600_000_000 + messageId,
    kind: 'music',
    location: {
      documentId: documentIdOf(number),
      accessHash: '42',
      fileReference: Uint8Array.of(1),
      dcId: 2,
      size: BYTES,
    },
    mimeType: 'audio/mpeg',
    fileName: `Track ${number}.mp3`,
    title: `Track ${number}`,
  };
}

const gateway = {
  async *scan(_target, { minId = 0, maxId = count + 1 }) {
    let scanned = 0;
    for (let top = maxId - 1; top > minId; top -= PAGE) {
      const messages = [];
      for (let id = top; id > Math.max(minId, top - PAGE); id--) messages.push(message(id));
      scanned += messages.length;
      yield { messages, scanned, total: count };
    }
  },
};

const library = openLibrary({ file: join(home, 'library.db') });
const outDir = join(home, 'files');
mkdirSync(outDir);
library.saveChats([chat]);
const had = Array.from({ length: HAVE }, (_, i) => message((i + 1) * 10));
library.saveMessages(had);
library.inTransaction(() => {
  for (const { chatId, messageId, location } of had) {
    const path = join(outDir, `${location.documentId}.mp3`);
    writeFileSync(path, Buffer.alloc(BYTES));
    const { documentId } = location;
    library.completeTransfer({ documentId, chatId, messageId, path, bytes: BYTES, sha256: '0'.repeat(64) });
  }
});

const events = createCoreEmitter();
const memory = new MemoryGate(systemClock);
const monitor = getMemoryMonitor();
monitor.setBudget(budgetBytes);
const manager = new MemoryManager({ monitor, events, gate: memory });
manager.register('library caches', () => library.trim());
const downloader = new AudioDownloader({
  gateway,
  library,
  lane: () => Promise.reject(new Error('nothing is to be fetched')),
  events,
  memory,
  clock: systemClock,
  random: Math.random,
  idCacheSize: 50_000,
  queueSize: 500,
  maxBytesUnderWay: 8 * 2 ** 20,
  minFreeBytes: 0,
  giveUpMs: 600_000,
  figures: () => ({}),
  peakRssBytes,
});

let done = 0;
const counts = { new: 0, have: 0, repeated: 0 };
const every = Math.max(1, Math.floor(count / SAMPLES));
function passed(kind) {
  counts[kind]++;
  done++;
  if (done % every === 0) tell({ event: 'sample', done, rssBytes: manager.figures().rssBytes });
}
events.on('transfer.queued', () => passed('new'));
events.on('transfer.skipped', ({ reason }) =>
  passed(reason === 'already in the library' ? 'have' : 'repeated'),
);

/** @param from where the ids of this pass come from */
async function pass(from) {
  const started = performance.now();
  const request = { outDir, kinds: ['music'], parallel: 4, dryRun: true };
  await downloader.download([{ chat }], request, new AbortController().signal);
  const seconds = (performance.now() - started) / 1000;
  tell({ event: 'pass', from, ...counts, seconds, known: downloader.engine.known.figures() });
  Object.assign(counts, { new: 0, have: 0, repeated: 0 });
}

await pass('telegram');
for (let i = 0; i < rescans; i++) await pass('library');
tell({ event: 'end', peakRssBytes: peakRssBytes() });
manager[Symbol.dispose]();
await downloader[Symbol.asyncDispose]();
library.close();
