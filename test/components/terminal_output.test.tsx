import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { Box, render, Text } from 'ink';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changedLines, changedOutput } from '../../src/components/terminal_output.js';

const COLUMNS = 20;

/** A terminal of `rows` rows, as far as Ink looks at it. */
class Tty extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly columns = COLUMNS;
  readonly rows: number;
  written = '';

  constructor(rows: number) {
    super();
    this.rows = rows;
  }

  write(text: string, done?: () => void): boolean {
    this.written += text;
    done?.();
    return true;
  }
}

/** Ink on a terminal that gets changed lines only, one frame for each call. */
function open(rows: number) {
  const tty = new Tty(rows);
  const stdout = changedOutput(tty as unknown as NodeJS.WriteStream, changedLines());
  const frame = (lines: readonly string[]) => (
    <Box width={COLUMNS} height={lines.length} flexDirection="column">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={i}>{line === '' ? ' ' : line}</Text>
      ))}
    </Box>
  );
  const app = render(frame([]), {
    stdout,
    alternateScreen: true,
    interactive: true,
    patchConsole: false,
    maxFps: 1e6,
  });
  onTestFinished(() => app.unmount());
  return {
    /** What was written for this frame. */
    async show(lines: readonly string[]) {
      const before = tty.written.length;
      app.rerender(frame(lines));
      await app.waitUntilRenderFlush();
      return tty.written.slice(before);
    },
    /** What a person sees after all that was written. */
    async screen(): Promise<readonly string[]> {
      const emulator = new xterm.Terminal({ cols: COLUMNS, rows, allowProposedApi: true, convertEol: true });
      await new Promise<void>((resolve) => emulator.write(tty.written, resolve));
      const { active } = emulator.buffer;
      return Array.from({ length: rows }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
    },
  };
}

describe('frames', () => {
  it('reach the terminal as the lines that changed', async () => {
    const { show, screen } = open(4);
    await show(['one', 'two', 'three', 'four']);
    await show(['one', 'two', 'three', 'four!']);
    const written = await show(['one', '2', 'three', 'four!']);
    expect(written).toContain('\x1b[2K2');
    expect(written).not.toMatch(/one|three|four/);
    expect(await screen()).toEqual(['one', '2', 'three', 'four!']);
  });

  it('look as if each of them had been written as a whole', async () => {
    const line = fc.constantFrom('', 'jazz', 'e\u0301 夜に駆ける', 'x'.repeat(COLUMNS), '│ │');
    const frames = fc.array(
      fc.integer({ min: 1, max: 5 }).chain((rows) => fc.array(line, { minLength: rows, maxLength: rows })),
      { minLength: 1, maxLength: 6 },
    );
    const check = async (shown: readonly (readonly string[])[]) => {
      const { show, screen } = open(5);
      for (const lines of shown) await show(lines);
      const last = shown.at(-1)!;
      expect(await screen()).toEqual([...last, ...Array.from({ length: 5 - last.length }, () => '')]);
    };
    await fc.assert(fc.asyncProperty(frames, check), { numRuns: 60 });
  });

  it('are written as a whole after anything else', () => {
    const changed = changedLines();
    const erased = '\x1b[2K\x1b[1A\x1b[2K\x1b[G';
    expect(changed('a\nb')).toBe('a\nb');
    expect(changed(`${erased}a\nb`)).toBe(`${erased}a\nb`);
    expect(changed('\x1b[?2026h')).toBe('\x1b[?2026h');
    expect(changed(`${erased}a\nc`)).toBe('\x1b[1A\n\r\x1b[2Kc');
    expect(changed('somebody else')).toBe('somebody else');
    expect(changed(`${erased}a\nc`)).toBe(`${erased}a\nc`);
  });
});
