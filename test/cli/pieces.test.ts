import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columns, count, formatDuration, formatRate } from '../../src/cli/format.js';
import { LogFile } from '../../src/cli/log_file.js';
import { progressFrame } from '../../src/cli/progress_frame.js';
import { RunState } from '../../src/cli/run_state.js';
import { sparkline, Trend } from '../../src/cli/sparkline.js';
import { toWidth } from '../../src/cli/terminal_width.js';
import { TadError } from '../../src/core/errors.js';
import { createCoreEmitter } from '../../src/core/events.js';
import { transfer } from './fake_core.js';
import { temporaryDirectory } from './fake_io.js';

describe('figures', () => {
  it.each([
    [0, '0.0 s'],
    [0.0001, '1 ms'],
    [0.05, '50 ms'],
    [3.24, '3.2 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3725, '1 h 02 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('counts and rates', () => {
    expect([count(1, 'file'), count(12_345, 'file'), formatRate(2 ** 21)]).toEqual([
      '1 file',
      '12,345 files',
      '2.0 MB/s',
    ]);
  });

  it('lines columns up, colours or not', () => {
    expect(
      columns([
        ['a', '\x1b[32mbb\x1b[39m', 'x'],
        ['aaa', 'b', ''],
      ]),
    ).toEqual(['a    \x1b[32mbb\x1b[39m  x', 'aaa  b']);
  });
});

describe('sparklines', () => {
  it('goes from bottom to top and forgets the oldest', () => {
    const trend = new Trend(4);
    for (const value of [9, 0, 1, 2, 4]) trend.push(value);
    expect(sparkline(trend.values)).toBe('▁▃▅█');
    expect(sparkline([1, 9], 2)).toBe('▅█');
    expect(sparkline([0, 0])).toBe('▁▁');
  });
});

const FETCHED = { bytes: 2_500_000, bytesPerSecond: 1_250_000, isSteady: true };

const NAMES = [
  'plain.mp3',
  '夜汽車レコード.flac',
  '👨‍👩‍👧‍👦 family.mp3',
  'مقهى الموسيقى.ogg',
  'e\u0301'.repeat(60),
];

describe('the progress area', () => {
  it.each(NAMES)('fits %s into any width', (name) => {
    for (const width of [1, 2, 7, 20, 80]) expect(stringWidth(toWidth(name, width))).toBe(width);
  });

  it('never has a line wider than the terminal, or more lines than there are rows', () => {
    const events = createCoreEmitter();
    using state = new RunState(events, () => 0);
    for (const [i, fileName] of NAMES.entries()) {
      events.emit('transfer.queued', transfer({ documentId: `${i}` }));
      events.emit('transfer.started', transfer({ documentId: `${i}`, fileName }));
    }
    events.emit('flood.wait', { seconds: 30, method: 'upload.getFile', until: 30 });
    events.emit('chat.scan', {
      chatId: '1',
      chatTitle: NAMES[1]!,
      scanned: 5000,
      matched: 9,
      total: 9000,
      done: false,
    });
    for (const width of [20, 40, 69, 70, 200]) {
      const frame = progressFrame(state, FETCHED, width, 4, 0);
      expect(frame).toHaveLength(4);
      for (const line of frame) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }
    expect(progressFrame(state, FETCHED, 200, 9, 0).at(-1)).toBe(
      '  0/5 files  2.4 MB  1.2 MB/s  Telegram asks to wait 30 s  ' +
        `looking through 5,000 of 9,000 messages of ${NAMES[1]}`,
    );
  });

  it('tells the run’s own speed, and a time left of all that is wanted, in hand or not', () => {
    const events = createCoreEmitter();
    using state = new RunState(events, () => 0);
    for (const documentId of ['1', '2', '3', '4']) events.emit('transfer.queued', transfer({ documentId }));
    events.emit('transfer.started', transfer({ documentId: '1' }));
    const shown = (isSteady: boolean) =>
      progressFrame(state, { bytes: 1e6, bytesPerSecond: 100_000, isSteady }, 80, 9, 0).at(-1)?.trim();
    expect(shown(true)).toBe('0/4 files  977 KB  98 KB/s  35 s left');
    events.emit('transfer.changed', transfer({ documentId: '1', state: 'queued' }));
    expect(shown(true)).toBe('0/4 files  977 KB  98 KB/s  35 s left');
    const error = new TadError('server', 'gone');
    events.emit('transfer.failed', { ...transfer({ documentId: '2', state: 'failed' }), error });
    expect(shown(true)).toBe('1/4 files  977 KB  98 KB/s  25 s left  1 failed');
    expect(shown(false)).toBe('1/4 files  977 KB  98 KB/s  1 failed');
  });

  it('says for how long nothing has come', () => {
    const events = createCoreEmitter();
    using state = new RunState(events, () => 0);
    const reason = 'no answer from data centre 4';
    events.emit('transfer.changed', transfer({ state: 'waiting', reason, since: 100 }));
    const row = (now: number) => progressFrame(state, FETCHED, 100, 9, now)[0];
    expect(row(105_000)).toContain(`${reason} for 5 s`);
    expect(row(125_000)).toContain(`${reason} for 25 s`);
    events.emit('transfer.queued', transfer());
    expect(progressFrame(state, FETCHED, 100, 9, 0).at(-1)).not.toMatch(/\/s|left/);
    events.emit('transfer.started', transfer());
    expect(progressFrame(state, FETCHED, 100, 9, 0).at(-1)).toContain('1.2 MB/s');
  });

  it('cuts a reason only where the name of the file would have no room, and shows that it is cut', () => {
    const events = createCoreEmitter();
    using state = new RunState(events, () => 0);
    const reason = 'trying again: data centre 4 wants a new file reference for this';
    events.emit('transfer.changed', transfer({ state: 'waiting', reason }));
    const row = (width: number) => progressFrame(state, FETCHED, width, 9, 0)[0];
    expect(row(120)).toContain(` ${reason}  Song.mp3`);
    expect(row(80)).toMatch(/ trying again: data centre.*… {2}Song\.mp3$/);
    expect(row(30)).toMatch(/ trying ag… {2}Song\.mp3$/);
  });

  it('says how it stands with Telegram when it is not well, for the account’s own data centre', () => {
    const events = createCoreEmitter();
    using state = new RunState(events, () => 0);
    const shown = () =>
      progressFrame(state, { ...FETCHED, bytesPerSecond: 0 }, 80, 4, 0)
        .at(-1)
        ?.trim();
    events.emit('connection.state', { state: 'connecting', dcId: 2 });
    expect(shown()).toBe('connecting to Telegram');
    events.emit('connection.state', { state: 'online', dcId: 2 });
    events.emit('connection.state', { state: 'connecting', dcId: 4 });
    expect(shown()).toBe('');
    events.emit('connection.state', { state: 'reconnecting', dcId: 2 });
    expect(shown()).toBe('connecting to Telegram again');
  });

  it('holds nothing of transfers that have ended, however many there were', () => {
    const events = createCoreEmitter();
    using state = new RunState(events, () => 0);
    for (let i = 0; i < 1000; i++) {
      events.emit('transfer.queued', transfer({ documentId: `${i}` }));
      events.emit('transfer.started', transfer({ documentId: `${i}` }));
      events.emit('transfer.completed', transfer({ documentId: `${i}`, state: 'completed' }));
    }
    expect([state.active.size, state.completed, state.bytes]).toEqual([0, 1000, 1e9]);
  });
});

describe('the log file', () => {
  it('is private, and is turned over before it grows beyond its bound', () => {
    const path = join(temporaryDirectory(), 'deep/tad.log');
    const log = new LogFile(path);
    expect(log.write(0, 'error', 'first')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('1970-01-01T00:00:00.000Z error first\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (let i = 0; i < 40; i++) log.write(0, 'info', 'x'.repeat(100_000));
    expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThan(2.5 * 1024 * 1024);
    expect(existsSync(`${path}.2`)).toBe(false);
  });

  it('does not stop the work when it cannot be written', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(new LogFile(join(file, 'tad.log')).write(0, 'error', 'x')).toBe(false);
  });
});
