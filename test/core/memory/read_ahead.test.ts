import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StreamingDataProcessor } from '../../../src/core/memory/index.js';
import { type OpenFile, readAhead } from '../../../src/core/memory/read_ahead.js';
import { settled } from './fake_world.js';

/** A file of whose reads the test decides when and how each ends. */
class SlowFile implements OpenFile {
  readonly reads: PromiseWithResolvers<{ bytesRead: number }>[] = [];
  closed = 0;

  read(): Promise<{ bytesRead: number }> {
    const read = Promise.withResolvers<{ bytesRead: number }>();
    this.reads.push(read);
    return read.promise;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

function slowBlocks(signal?: AbortSignal) {
  const file = new SlowFile();
  const blocks = readAhead('any', signal, async () => file) as AsyncIterable<Buffer>;
  return { file, blocks: blocks[Symbol.asyncIterator]() };
}

describe('reading ahead', () => {
  it.each([undefined, new AbortController().signal])(
    'may fail while a block is worked on: heard by who asks for the next one, and by nobody else',
    async (signal) => {
      const { file, blocks } = slowBlocks(signal);
      const first = blocks.next();
      await settled();
      file.reads[0]?.resolve({ bytesRead: 5 });
      expect((await first).value).toHaveLength(5);
      // An unhandled rejection would fail the test run.
      file.reads[1]?.reject(new Error('EIO'));
      await settled();
      await expect(blocks.next()).rejects.toThrow('EIO');
      expect(file.closed).toBe(1);
    },
  );

  it('is given up by an abort at once; the file is closed when the read is over, and no further one begins', async () => {
    const aborter = new AbortController();
    const { file, blocks } = slowBlocks(aborter.signal);
    const first = blocks.next();
    await settled();
    aborter.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(file.closed).toBe(0);
    file.reads[0]?.resolve({ bytesRead: 5 });
    await settled();
    expect(file.closed).toBe(1);
    expect(file.reads).toHaveLength(1);
  });

  it('closes the file when the consumer leaves', async () => {
    const { file, blocks } = slowBlocks();
    const first = blocks.next();
    await settled();
    file.reads[0]?.resolve({ bytesRead: 5 });
    await first;
    await blocks.return?.();
    expect(file.closed).toBe(1);
  });
});

it.skipIf(process.platform === 'win32')(
  'lines of a pipe that nobody writes to are given up at once',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tad-pipe-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const aborter = new AbortController();
    const lines = new StreamingDataProcessor().processFileLines(pipe, { signal: aborter.signal });
    const first = lines[Symbol.asyncIterator]().next();
    await settled();
    aborter.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    // So that the thread that waits in `open` comes free.
    await (await open(pipe, 'w')).close();
  },
);
