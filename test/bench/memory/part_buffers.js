// node part_buffers.js pooled|allocUnsafe|allocUnsafeSlow FILE: fills and writes parts of 512 KiB, eight at a
// time. The places in the file repeat, so that it is memory that is measured, not the disk.
import { open } from 'node:fs/promises';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { ObjectPool } from '../../../dist/core/memory/index.js';
import { report } from './child.js';

const PART = 512 * 1024;
const WRITERS = 8;
const PLACES = 128;
const PARTS = 4096;

const [way, path] = process.argv.slice(2);
const pool = new ObjectPool({
  maxSize: WRITERS,
  create: () => Buffer.allocUnsafeSlow(PART),
  objectBytes: PART,
});
const gc = { ms: 0, major: 0 };
new PerformanceObserver((list) => {
  for (const { duration, detail } of list.getEntries()) {
    gc.ms += duration;
    if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) gc.major++;
  }
}).observe({ entryTypes: ['gc'] });

const file = await open(path, 'w');
await file.truncate(PLACES * PART);
let next = 0;
const write = async (buffer, part) => {
  buffer.fill(part & 0xff);
  await file.write(buffer, 0, PART, (part % PLACES) * PART);
};
const workers = {
  pooled: async () => {
    for (let part = next++; part < PARTS; part = next++) await pool.use((buffer) => write(buffer, part));
  },
  allocUnsafe: async () => {
    for (let part = next++; part < PARTS; part = next++) await write(Buffer.allocUnsafe(PART), part);
  },
  allocUnsafeSlow: async () => {
    for (let part = next++; part < PARTS; part = next++) await write(Buffer.allocUnsafeSlow(PART), part);
  },
};
// Once, to make the file's pages.
const blank = Buffer.alloc(PART);
for (let part = 0; part < PLACES; part++) await write(blank, part);
gc.ms = 0;
gc.major = 0;

const started = process.hrtime.bigint();
await Promise.all(Array.from({ length: WRITERS }, workers[way]));
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
await file.close();
report({
  megabytesPerSecond: (PARTS * PART) / 1e6 / seconds,
  gcMs: gc.ms,
  major: gc.major,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
});
