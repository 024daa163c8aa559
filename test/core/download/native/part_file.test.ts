import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartFile } from '../../../../src/core/download/native/part_file.js';
import { TadError } from '../../../../src/core/errors.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tad-part-file-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const content = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const offsets = Array.from({ length: 10 }, (_, i) => i * 1000);
const part = (offset: number) => content.subarray(offset, offset + 1000);

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
            expect(record).toEqual({ offset, length: 1000, sha256: sha256(part(offset)) });
          }
          expect(await file.finish()).toEqual({ bytes: content.length, sha256: sha256(content) });
          await file.close();
          expect(readFileSync(path).equals(content)).toBe(true);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  it('resumes with what is on disk as recorded, and only with that', async () => {
    const path = join(directory, 'b');
    const damaged = Buffer.from(content);
    damaged[2500]! ^= 1;
    writeFileSync(path, damaged.subarray(0, 6000));
    const file = await PartFile.open(path, content.length);
    const records = offsets.map((offset) => ({ offset, length: 1000, sha256: sha256(part(offset)) }));
    const good = file.verify([records[5]!, records[0]!, records[2]!, records[1]!, records[9]!]);
    expect(good.map(({ offset }) => offset)).toEqual([0, 1000, 5000]);
    for (const offset of offsets)
      if (!good.some((p) => p.offset === offset)) await file.write(offset, part(offset));
    expect(await file.finish()).toEqual({ bytes: content.length, sha256: sha256(content) });
    await file.close();
  });

  it('is not done while bytes are missing', async () => {
    const path = join(directory, 'c');
    const file = await PartFile.open(path, content.length);
    await file.write(0, part(0));
    await expect(file.finish()).rejects.toMatchObject({ code: 'corrupt' });
    await file.close();
  });

  it('notices a file that was cut behind its back', async () => {
    const path = join(directory, 'd');
    const file = await PartFile.open(path, 2000);
    await file.write(1000, part(1000));
    truncateSync(path, 500);
    await expect(file.write(0, part(0)).then(() => file.finish())).rejects.toBeInstanceOf(TadError);
    await file.close();
  });

  it('says so when the place cannot be written', async () => {
    await expect(PartFile.open(join(directory, 'no', 'such', 'place'), 1)).rejects.toMatchObject({
      code: 'not-writable',
    });
  });
});
