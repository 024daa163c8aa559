import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartRecord } from '../../../../src/core/download/lane.js';
import { PartFile } from '../../../../src/core/download/native/part_file.js';
import { partDigest } from '../../../../src/core/download/parts/part_digest.js';
import { TadError } from '../../../../src/core/errors.js';

const MODIFIED = 1_234_567_890;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tad-part-file-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const NEVER = new AbortController().signal;
const content = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const offsets = Array.from({ length: 10 }, (_, i) => i * 1000);
const part = (offset: number) => content.subarray(offset, offset + 1000);

/** A file of so many megabytes of nothing, and the records of its parts. */
function zeros(path: string, megabytes: number) {
  const size = megabytes << 20;
  writeFileSync(path, '');
  truncateSync(path, size);
  const digest = partDigest(Buffer.alloc(1 << 20));
  const records = Array.from({ length: megabytes }, (_, i) => ({
    offset: i << 20,
    length: 1 << 20,
    digest,
  }));
  return { records, size, sha256: sha256(Buffer.alloc(size)) };
}

describe('a file filled in parts', () => {
  it('is whole and hashed whatever the order, with parts repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(offsets, { minLength: 10 }),
        fc.array(fc.constantFrom(...offsets), { maxLength: 3 }),
        async (order, repeats) => {
          const path = join(directory, 'a');
          const file = await PartFile.open(path, content.length);
          for (const offset of [...order, ...repeats]) {
            const record = await file.write(offset, part(offset));
            expect(record).toEqual({ offset, length: 1000, digest: partDigest(part(offset)) });
          }
          expect(await file.finish(MODIFIED, NEVER)).toEqual({
            bytes: content.length,
            sha256: sha256(content),
          });
          await file.close();
          expect(readFileSync(path).equals(content)).toBe(true);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  it('is hashed as it is when it was written whole between parts', async () => {
    const path = join(directory, 'w');
    const file = await PartFile.open(path, content.length);
    const other = Buffer.alloc(content.length, 9);
    await file.write(0, part(0));
    await file.write(0, other);
    await file.write(5000, part(5000));
    const expected = Buffer.from(other);
    part(5000).copy(expected, 5000);
    expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: content.length, sha256: sha256(expected) });
    await file.close();
  });

  // Small ones are written by the thread itself, large ones by the pool.
  it.each([1_000, 150_000])(
    'is whole and hashed when parts of %d bytes are written at once, in any order',
    async (bytes) => {
      const whole = Buffer.concat(Array.from({ length: bytes / 1_000 }, () => content));
      const at = (offset: number) =>
        whole.subarray((offset * bytes) / 1_000, ((offset + 1_000) * bytes) / 1_000);
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray(offsets, { minLength: 10 }),
          fc.integer({ min: 1, max: 9 }),
          async (order, together) => {
            const path = join(directory, 'e');
            const file = await PartFile.open(path, whole.length);
            for (let i = 0; i < order.length; i += together) {
              await Promise.all(
                order
                  .slice(i, i + together)
                  .map((offset) => file.write((offset * bytes) / 1_000, at(offset))),
              );
            }
            expect(await file.finish(MODIFIED, NEVER)).toEqual({
              bytes: whole.length,
              sha256: sha256(whole),
            });
            await file.close();
            expect(readFileSync(path).equals(whole)).toBe(true);
          },
        ),
        { numRuns: bytes > 1_000 ? 10 : 40, seed: 6 },
      );
    },
  );

  it('that comes in one part is hashed once, and again when a piece of it is replaced', async () => {
    const path = join(directory, 'g');
    const file = await PartFile.open(path, content.length);
    expect(await file.write(0, content)).toEqual({
      offset: 0,
      length: 10_000,
      digest: partDigest(content),
    });
    expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: 10_000, sha256: sha256(content) });
    const other = Buffer.from(content).fill(1, 3_000, 4_000);
    await file.write(3_000, other.subarray(3_000, 4_000));
    expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: 10_000, sha256: sha256(other) });
    await file.close();
    expect(readFileSync(path).equals(other)).toBe(true);
  });

  it('reads nothing back of what was written at once', async () => {
    const file = await PartFile.open(join(directory, 'f'), content.length);
    const probe = await open(join(directory, 'f'));
    const read = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, 'read');
    await probe.close();
    await Promise.all(offsets.toReversed().map((offset) => file.write(offset, part(offset))));
    expect(await file.finish(MODIFIED, NEVER)).toMatchObject({ sha256: sha256(content) });
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
    await file.close();
  });

  it('resumes with what is on disk as recorded, and only with that', async () => {
    const path = join(directory, 'b');
    const damaged = Buffer.from(content);
    damaged[2500]! ^= 1;
    writeFileSync(path, damaged.subarray(0, 6000));
    const file = await PartFile.open(path, content.length);
    const records = offsets.map((offset) => ({ offset, length: 1000, digest: partDigest(part(offset)) }));
    const good = await file.verify(
      [5, 0, 2, 1, 9].map((index) => records[index]!),
      NEVER,
    );
    expect(good.map(({ offset }) => offset)).toEqual([0, 1000, 5000]);
    for (const offset of offsets)
      if (!good.some((p) => p.offset === offset)) await file.write(offset, part(offset));
    expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: content.length, sha256: sha256(content) });
    await file.close();
  });

  it.each(['in one go', 'piece by piece'])(
    'keeps what the server’s hashes vouch for, asked %s',
    async (how) => {
      const path = join(directory, 'salvage');
      const damaged = Buffer.from(content);
      damaged[2500]! ^= 1;
      writeFileSync(path, damaged.subarray(0, 6500));
      const file = await PartFile.open(path, content.length);
      const hashes = offsets.map((offset) => ({
        offset,
        length: 1000,
        sha256: createHash('sha256').update(part(offset)).digest(),
      }));
      const asked = how === 'in one go' ? [hashes] : hashes.map((each) => [each]);
      const found: PartRecord[] = [];
      for (const pieces of asked) found.push(...(await file.salvage(pieces, NEVER)));
      const kept = [0, 1000, 3000, 4000, 5000];
      expect(found).toEqual(
        kept.map((offset) => ({ offset, length: 1000, digest: partDigest(part(offset)) })),
      );
      // As records they are worth what the records of a fetch are.
      expect(await file.verify(found, NEVER)).toEqual(found);
      for (const offset of offsets) if (!kept.includes(offset)) await file.write(offset, part(offset));
      expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: content.length, sha256: sha256(content) });
      await file.close();
    },
  );

  it('trusts no record of more than a part', async () => {
    const path = join(directory, 'long');
    const { records, size } = zeros(path, 2);
    const file = await PartFile.open(path, size);
    const long = { offset: 0, length: size, digest: partDigest(Buffer.alloc(size)) };
    expect(await file.verify([long, ...records], NEVER)).toEqual(records);
    await file.close();
  });

  it('reads each part once to check it and to hash the whole, and lets others work meanwhile', async () => {
    const path = join(directory, 'large');
    const { records, size, sha256: whole } = zeros(path, 64);
    const file = await PartFile.open(path, size);
    const probe = await open(path);
    const read = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, 'read');
    await probe.close();
    let turns = 0;
    const turn = () => {
      turns++;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    expect(await file.verify(records, NEVER)).toEqual(records);
    expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: size, sha256: whole });
    clearImmediate(immediate);
    expect(read).toHaveBeenCalledTimes(records.length);
    expect(turns).toBeGreaterThanOrEqual(records.length);
    read.mockRestore();
    await file.close();
  });

  it.each(['verify', 'finish'] as const)('stops soon when told to %s no further', async (what) => {
    const path = join(directory, 'large');
    const { records, size } = zeros(path, 64);
    const file = await PartFile.open(path, size);
    if (what === 'finish') {
      // The hash begins anew when something is written over, so that finish has everything to read.
      await file.verify(records, NEVER);
      await file.write(0, Buffer.alloc(1000));
    }
    const abort = new AbortController();
    const running =
      what === 'verify' ? file.verify(records, abort.signal) : file.finish(MODIFIED, abort.signal);
    setImmediate(() => abort.abort());
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await file.close();
  });

  it('is hashed as it is on disk when a part is written again while it is read back', async () => {
    const path = join(directory, 'again');
    const file = await PartFile.open(path, 3 << 20);
    const megabyte = (byte: number) => Buffer.alloc(1 << 20, byte);
    await file.write(1 << 20, megabyte(2));
    await file.write(2 << 20, megabyte(3));
    await Promise.all([file.write(0, megabyte(1)), file.write(1 << 20, megabyte(4))]);
    await file.write(2 << 20, megabyte(5));
    const { sha256: whole } = await file.finish(MODIFIED, NEVER);
    expect(whole).toBe(sha256(readFileSync(path)));
    await file.close();
  });

  it('is not done while bytes are missing', async () => {
    const path = join(directory, 'c');
    const file = await PartFile.open(path, content.length);
    await file.write(0, part(0));
    await expect(file.finish(MODIFIED, NEVER)).rejects.toMatchObject({ code: 'corrupt' });
    await file.close();
  });

  it('notices a file that was cut behind its back', async () => {
    const path = join(directory, 'd');
    const file = await PartFile.open(path, 2000);
    await file.write(1000, part(1000));
    truncateSync(path, 500);
    await expect(file.write(0, part(0)).then(() => file.finish(MODIFIED, NEVER))).rejects.toBeInstanceOf(
      TadError,
    );
    await file.close();
  });

  it('says so when the place cannot be written', async () => {
    await expect(PartFile.open(join(directory, 'no', 'such', 'place'), 1)).rejects.toMatchObject({
      code: 'not-writable',
    });
  });
});
