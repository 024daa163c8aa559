// What no client that decrypts in WebAssembly gets around on this machine, without network, protocol and program: the
// file is decrypted four parts at a time, hashed for its message keys and for the file's record, and written, at the pace
// of a download. The digests of parts, by which tad resumes, are not in it.
import { createHash, hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delayed } from 'node:timers/promises';
import { createIgeDecryptor } from '../../../dist/core/ige/index.js';
import { job, measure } from './measure.js';

const PART = 1 << 20;
const GROUP = 4;
const BYTES_PER_MS = 100_000;

const decryptor = createIgeDecryptor(GROUP * PART);
const key = Buffer.alloc(32, 7);
mkdirSync(join(job.directory, 'music'));
const path = join(job.directory, 'music', 'floor.bin');
await measure(async () => {
  const fd = openSync(path, 'w');
  const whole = createHash('sha256');
  const start = performance.now();
  for (let offset = 0; offset < job.bytes; offset += GROUP * PART) {
    const group = [];
    for (let at = 0; at < Math.min(GROUP * PART, job.bytes - offset); at += PART) {
      const length = Math.min(PART, job.bytes - offset - at);
      group.push({ pointer: decryptor.dataStart + at, length, key, iv: key });
    }
    decryptor.decrypt(group);
    for (const { pointer, length } of group) {
      const part = decryptor.memory.subarray(pointer, pointer + length);
      hash('sha256', part);
      whole.update(part);
      writeSync(fd, part);
    }
    await delayed(Math.max(0, start + offset / BYTES_PER_MS - performance.now()));
  }
  whole.digest();
  closeSync(fd);
  return [path];
});
