import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../src/core/memory/collector.js';
import { LineTooLongError, StreamingDataProcessor } from '../../../src/core/memory/index.js';
import { LineSplitter } from '../../../src/core/memory/line_splitter.js';
import { settled } from './fake_world.js';

const dir = mkdtempSync(join(tmpdir(), 'tad-lines-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

/** Feeds a splitter with blocks of `size` bytes out of one buffer that is overwritten each time. */
function split(content: string | Buffer, size: number, limit = 1 << 20, lines: string[] = []): string[] {
  const bytes = Buffer.from(content);
  const splitter = new LineSplitter(limit);
  const block = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(block, 0, at);
    splitter.push(block.subarray(0, length), lines);
    block.fill('#');
  }
  return [...lines, ...splitter.end()];
}

async function gather<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('lines', () => {
  const cases: readonly [name: string, content: string | Buffer, lines: string[]][] = [
    ['of an empty file: none', '', []],
    ['with and without an end of the last one', 'a\nb', ['a', 'b']],
    ['and no further one after the last end', 'a\nb\n', ['a', 'b']],
    ['that are empty', '\n\na\n\n', ['', '', 'a', '']],
    ['ending in CRLF', 'a\r\nb\r\n\r\n', ['a', 'b', '']],
    ['ending in both', 'a\r\nb\nc', ['a', 'b', 'c']],
    ['with a CR inside, which is text', 'a\rb\n\rc\r\r\n', ['a\rb', '\rc\r']],
    ['cut in the middle of the last CRLF', 'a\r\nb\r', ['a', 'b']],
    ['after a byte order mark', '\uFEFFa\nb', ['a', 'b']],
    ['of a file that is a byte order mark: none', '\uFEFF', []],
    ['with a byte order mark and an end: one, empty', '\uFEFF\n', ['']],
    ['with the same character elsewhere, where it is text', 'a\n\uFEFFb', ['a', '\uFEFFb']],
    [
      'with separators that other programs take for ends',
      'a\u2028b\u2029c\u0085d\fe',
      ['a\u2028b\u2029c\u0085d\fe'],
    ],
    ['of characters of 1 to 4 bytes', 'aй音🎧\n🎧音йa\n', ['aй音🎧', '🎧音йa']],
    ['with a zero byte', 'a\0b\n', ['a\0b']],
    [
      'that are not UTF-8: the bad bytes are replaced',
      Buffer.from([0x61, 0xff, 0x0a, 0xe9, 0x0a]),
      ['a\uFFFD', '\uFFFD'],
    ],
    ['many short ones', 'x\n'.repeat(500), Array(500).fill('x')],
  ];
  const sizes = [1, 2, 3, 5, 7, 64, 65_536];

  it.each(cases)('%s', async (name, content, lines) => {
    for (const size of sizes) expect(split(content, size), `blocks of ${size}`).toEqual(lines);
    const path = file('case.txt', content);
    const fileLines = new StreamingDataProcessor().processFileLines(path);
    expect(await gather(fileLines), name).toEqual(lines);
    expect((await gather(fileLines.batches())).flat(), name).toEqual(lines);
  });

  it('are the same however the bytes are cut', () => {
    const piece = fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', 'й', '音', '🎧', '\u2028', '', '\uFEFF');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (pieces, size) => {
        const text = pieces.join('');
        const body = text.replace(/^\uFEFF/, '').replace(/\r$/, '');
        const expected = body.split(/\r?\n/);
        if (expected.at(-1) === '' && (/\n$/.test(text) || text === '' || text === '\uFEFF')) expected.pop();
        expect(split(text, size)).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });

  it('of any bytes are those that each decodes to by itself', () => {
    const byte = fc.oneof(
      fc.constantFrom(0x0a, 0x0d, 0x61, 0xd0, 0xb9, 0xe9, 0x9f, 0xf0, 0x8e),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (bytes, size) => {
        // Never a mark at the beginning, always an end.
        const content = Buffer.from([0x61, ...bytes, 0x0a]);
        const expected: string[] = [];
        for (let start = 0; start < content.length; ) {
          const end = content.indexOf(0x0a, start);
          const stop = end > start && content[end - 1] === 0x0d ? end - 1 : end;
          expected.push(content.toString('utf8', start, stop));
          start = end + 1;
        }
        expect(split(content, size)).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });

  it('across the blocks of a large file', async () => {
    const lines = Array.from({ length: 60_000 }, (_, n) => `${n} ${'音🎧й'.repeat(n % 7)}`);
    const path = file('large.txt', lines.join('\r\n'));
    const batches = await gather(new StreamingDataProcessor().processFileLines(path).batches());
    expect(batches.flat()).toEqual(lines);
    expect(Math.max(...batches.map((batch) => Buffer.byteLength(batch.join(''))))).toBeLessThan(70_000);
  });

  it('as long as the limit are accepted, longer ones are refused with their number and place', () => {
    for (const size of sizes) {
      expect(split('12345\r\n12345\n12345', size, 5)).toEqual(['12345', '12345', '12345']);
      for (const [content, lineNumber, byteOffset] of [
        ['123456\n', 1, 0],
        ['й\r\n123456\nx', 2, 4],
        ['a\nb\nccc\n123456', 4, 8],
        ['a\nb\n12345й', 3, 4],
      ] as const) {
        const before: string[] = [];
        try {
          split(content, size, 5, before);
          expect.unreachable(`${content} in blocks of ${size}`);
        } catch (error) {
          expect(error).toBeInstanceOf(LineTooLongError);
          expect(error).toMatchObject({ lineNumber, byteOffset, limitBytes: 5 });
          expect(before).toEqual(content.split(/\r?\n/).slice(0, lineNumber - 1));
        }
      }
    }
  });

  it('of a hundred times the limit are refused early, not after holding them', async () => {
    const path = file('long.txt', Buffer.concat([Buffer.from('first\n'), Buffer.alloc(8 << 20, 'x')]));
    const lines = new StreamingDataProcessor({ maxLineBytes: 64 * 1024 }).processFileLines(path);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const line of lines) seen.push(line);
    })();
    await expect(reading).rejects.toThrow('line 2 (at byte 6) is longer than 65536 bytes');
    expect(seen).toEqual(['first']);
    const splitter = new LineSplitter(10_000);
    const block = Buffer.alloc(1000, 'x');
    let blocks = 0;
    expect(() => {
      for (; blocks < 100; blocks++) splitter.push(block, []);
    }).toThrow(LineTooLongError);
    expect(blocks).toBe(10);
  });

  it('of almost a mebibyte are put together from many blocks', async () => {
    const long = '音'.repeat(340_000);
    const path = file('nearly.txt', `a\n${long}\nb`);
    expect(await gather(new StreamingDataProcessor().processFileLines(path))).toEqual(['a', long, 'b']);
  });

  it.each([
    ['of 200 bytes', 'й'.repeat(100), 300],
    ['of 20 bytes, of which 12 share a text,', 'й eighteen letters', 600],
  ])('%s that are kept do not keep the rest of the file', async (_, line, mostBytes) => {
    const path = file('keep.txt', `${line}\n`.repeat(200_000));
    const keep = async (every: number) => {
      const kept: string[] = [];
      let number = 0;
      for await (const batch of new StreamingDataProcessor().processFileLines(path).batches()) {
        for (const each of batch) if (number++ % every === 0) kept.push(each);
      }
      return kept;
    };
    const live = async () => {
      for (let round = 0; round < 3; round++) {
        collectGarbage();
        await settled();
      }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    await keep(200_000);
    const before = await live();
    const kept = await keep(100);
    const perLine = ((await live()) - before) / kept.length;
    expect(kept).toHaveLength(2000);
    expect(perLine).toBeLessThan(mostBytes);
  });

  it('can be left early, and asked for anew', async () => {
    const path = file('early.txt', 'a\nb\nc\n'.repeat(50_000));
    const lines = new StreamingDataProcessor().processFileLines(path);
    for (let round = 0; round < 2; round++) {
      const seen: string[] = [];
      for await (const line of lines) if (seen.push(line) === 4) break;
      expect(seen).toEqual(['a', 'b', 'c', 'a']);
    }
  });

  it('may be asked for all at once', async () => {
    const iterator = new StreamingDataProcessor()
      .processFileLines(file('rush.txt', 'a\nb\nc'))
      [Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: 5 }, () => iterator.next()));
    expect(results.map(({ value }) => value)).toEqual(['a', 'b', 'c', undefined, undefined]);
  });

  it('of a file that is not there, or after an abort, are an error', async () => {
    const processor = new StreamingDataProcessor();
    await expect(gather(processor.processFileLines(join(dir, 'none')))).rejects.toThrow('ENOENT');
    await expect(gather(processor.processFileLines(dir))).rejects.toThrow('EISDIR');
    const aborter = new AbortController();
    const path = file('abort.txt', 'line\n'.repeat(100_000));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of processor.processFileLines(path, { signal: aborter.signal }).batches()) {
        seen.push(...batch);
        aborter.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(seen.length).toBeLessThan(20_000);
  });
});

describe('chunks', () => {
  const processor = new StreamingDataProcessor({ chunkSize: 3 });

  async function* slowly(...items: number[]): AsyncGenerator<number> {
    for (const item of items) {
      await new Promise((resolve) => setImmediate(resolve));
      yield item;
    }
  }

  it('are full but for the last one, and never empty', async () => {
    expect(await gather(processor.processInChunks([1, 2, 3, 4, 5, 6, 7]))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7],
    ]);
    expect(await gather(processor.processInChunks(slowly(1, 2, 3)))).toEqual([[1, 2, 3]]);
    expect(await gather(processor.processInChunks(new Set<number>()))).toEqual([]);
    const { signal } = new AbortController();
    expect(await gather(processor.processInChunks('abcd', { signal }))).toEqual([['a', 'b', 'c'], ['d']]);
    expect(await gather(processor.processInChunks(slowly(1, 2), { signal }))).toEqual([[1, 2]]);
  });

  it('are asked for by the consumer: the source never runs ahead', async () => {
    let produced = 0;
    function* source() {
      for (;;) yield ++produced;
    }
    let consumed = 0;
    for await (const chunk of processor.processInChunks(source())) {
      consumed += chunk.length;
      expect(produced).toBe(consumed);
      if (consumed === 9) break;
    }
  });

  it('close the source when the consumer leaves, and pass on its errors', async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      let closed = false;
      async function* source() {
        try {
          for (let n = 0; ; n++) yield n;
        } finally {
          closed = true;
        }
      }
      for await (const _ of processor.processInChunks(source(), { signal })) break;
      expect(closed).toBe(true);
      async function* failing() {
        yield 1;
        throw new Error('source failed');
      }
      await expect(gather(processor.processInChunks(failing(), { signal }))).rejects.toThrow('source failed');
    }
  });

  it('end at once on abort, even when the source is silent and will not close', async () => {
    let returned = false;
    const silent: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          returned = true;
          return new Promise(() => {});
        },
      }),
    };
    const aborter = new AbortController();
    const waiting = gather(processor.processInChunks(silent, { signal: aborter.signal }));
    aborter.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    expect(returned).toBe(true);
  });

  it('do not begin after an abort', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    let asked = false;
    function* source() {
      asked = true;
      yield 1;
    }
    await expect(gather(processor.processInChunks(source(), { signal }))).rejects.toThrow('too late');
    expect(asked).toBe(false);
  });

  it('need a sensible size', () => {
    expect(() => new StreamingDataProcessor({ chunkSize: 0 })).toThrow(RangeError);
    expect(() => new StreamingDataProcessor({ maxLineBytes: 1.5 })).toThrow(RangeError);
  });
});
