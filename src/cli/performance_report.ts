import { byteText } from '../core/byte_text.js';
import type { RunningStatus } from '../core/control/protocol.js';
import type { MemoryCleanup, MemoryFigures, MemoryLevel } from '../core/events.js';
import type { PerformanceFigures } from '../core/face.js';
import { columns, count, formatDuration, formatRate } from './format.js';
import { sparkline, Trend } from './sparkline.js';

const GB = 2 ** 30;

export type Paint = (level: MemoryLevel, text: string) => string;

/** Values looked back on, one per sample. */
const TREND_LENGTH = 40;

/** What the live screen remembers of earlier samples. */
export class Trends {
  readonly speed = new Trend(TREND_LENGTH);
  /** What the level is judged by. */
  readonly memory = new Trend(TREND_LENGTH);
  readonly heap = new Trend(TREND_LENGTH);
  readonly cpu = new Trend(TREND_LENGTH);
  #last: RunningStatus['process'] | undefined;

  /** @returns the share of one core used since the last sample, or over the whole life at the first */
  push(status: RunningStatus): number {
    const before = this.#last ?? { cpuSeconds: 0, uptimeSeconds: 0 };
    const elapsed = status.process.uptimeSeconds - before.uptimeSeconds;
    const cpu = elapsed > 0 ? (status.process.cpuSeconds - before.cpuSeconds) / elapsed : 0;
    this.#last = status.process;
    this.speed.push(status.bytesPerSecond);
    this.memory.push(status.memory.usedBytes);
    this.heap.push(status.memory.heapUsedBytes);
    this.cpu.push(cpu);
    return cpu;
  }
}

function grade(value: number, warning: number, critical: number): MemoryLevel {
  if (value >= critical) return 'critical';
  return value >= warning ? 'warning' : 'normal';
}

function trend(of: Trend, top?: number): string {
  return of.values.length > 1 ? sparkline(of.values, top) : '';
}

function downloads(status: RunningStatus, trends: Trends): string[][] {
  const { completed, failed, skipped, queued, bytes, bytesPerSecond, transfers, process: own } = status;
  const tried = completed + failed;
  const active = transfers.filter((transfer) => transfer.state === 'active').length;
  return [
    ['downloaded', String(completed), `${skipped} there already`],
    ['failed', String(failed), tried === 0 ? '' : `${((100 * completed) / tried).toFixed(1)} % succeeded`],
    ['in hand', String(active), `${queued} queued${status.paused ? ', paused' : ''}`],
    ['per minute', (completed / Math.max(own.uptimeSeconds / 60, 1 / 60)).toFixed(1), 'files, on average'],
    ['bytes', byteText(bytes), `${formatRate(bytes / Math.max(own.uptimeSeconds, 1))} on average`],
    ['speed', formatRate(bytesPerSecond), trend(trends.speed)],
    ...(status.performance === undefined
      ? []
      : [['peak speed', formatRate(status.performance.peakBytesPerSecond), '']]),
  ];
}

/** @param rssBytes now; the peak is that of the samples, and this one may be newer */
function pressure(figures: PerformanceFigures, rssBytes: number): string[] {
  const { memoryWarnings, memoryCriticals, cleanups } = figures;
  const told = [
    count(memoryWarnings, 'warning'),
    `${memoryCriticals} times critical`,
    count(cleanups, 'clean-up'),
  ];
  return ['peak', byteText(Math.max(figures.peakRssBytes, rssBytes)), told.join(', ')];
}

function resources(status: RunningStatus, trends: Trends, cpu: number, paint: Paint): string[][] {
  const { memory, diskFreeBytes } = status;
  const { warningBytes, criticalBytes, usedBytes, retainedBytes, limitBytes, collections } = memory;
  const share = usedBytes / memory.budgetBytes;
  const filesDisk = status.performance?.diskFreeBytes;
  const rows = [
    [
      'memory',
      paint(memory.level, byteText(usedBytes)),
      `${Math.round(share * 100)} % of ${byteText(memory.budgetBytes)}, ${memory.level}  ${trend(trends.memory, memory.budgetBytes)}`,
    ],
    [
      'resident',
      byteText(memory.rssBytes),
      retainedBytes === 0 ? '' : `${byteText(retainedBytes)} of it free for reuse, and not counted`,
    ],
    ...(limitBytes === undefined ? [] : [['limit', byteText(limitBytes), 'of the container']]),
    ...(warningBytes === undefined || criticalBytes === undefined
      ? []
      : [['levels', '', `warning at ${byteText(warningBytes)}, critical at ${byteText(criticalBytes)}`]]),
    ...(status.performance === undefined ? [] : [pressure(status.performance, memory.rssBytes)]),
    ['heap', byteText(memory.heapUsedBytes), trend(trends.heap)],
    ['buffers', byteText(memory.externalBytes), ''],
    [
      'collections',
      String(collections.major),
      `and ${collections.minor} minor, ${milliseconds(collections.seconds)} in all, ${milliseconds(collections.longestSeconds)} the longest`,
    ],
    ['event loop', milliseconds(memory.loopDelaySeconds), 'late at most, lately'],
    [
      'processor',
      paint(grade(cpu, 0.8, 1.5), `${Math.round(cpu * 100)} %`),
      `of one core  ${trend(trends.cpu)}`,
    ],
  ];
  // The files' disk is known while tad downloads; the library's always.
  if (filesDisk !== undefined) rows.push(['disk free', freeSpace(filesDisk, paint), 'where files go']);
  if (diskFreeBytes !== undefined)
    rows.push(['disk free', freeSpace(diskFreeBytes, paint), 'where the library is']);
  return rows;
}

function freeSpace(bytes: number, paint: Paint): string {
  return paint(grade(-bytes, -5 * GB, -GB), byteText(bytes));
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

function waitsAndLimits(status: RunningStatus, now: number): string[][] {
  const { rateLimit, floodUntil } = status;
  const left = floodUntil === undefined ? 0 : floodUntil - now / 1000;
  const waiting = status.transfers.filter((transfer) => transfer.state === 'waiting');
  const learned = status.performance;
  const rows = [
    ['own limit', rateLimit === undefined ? 'none' : formatRate(rateLimit), 'change it with --limit-rate'],
    ['flood wait', left > 0 ? formatDuration(left) : 'none', left > 0 ? 'asked for by Telegram' : ''],
    ['files waiting', String(waiting.length), waiting[0]?.reason ?? ''],
  ];
  if (learned !== undefined) {
    rows.push(['flood waits', String(learned.floodWaits), `${formatDuration(learned.floodSeconds)} in all`]);
    for (const { id, underWay, depth, deadlineSeconds, pace } of learned.dataCentres) {
      const paced = pace === undefined ? 'no pace asked for' : `${pace.toFixed(1)} requests/s`;
      rows.push([
        `data centre ${id}`,
        `${underWay}/${depth}`,
        `requests under way, ${paced}, asked again after ${deadlineSeconds.toFixed(1)} s without an answer`,
      ]);
    }
  }
  return rows;
}

function table(title: string, rows: readonly (readonly string[])[]): string[] {
  return [title, ...columns(rows.map(([name = '', ...rest]) => [`  ${name}`, ...rest])), ''];
}

/** The report of `tad performance`; with trends of several samples, the live screen. */
export function performanceLines(
  status: RunningStatus,
  trends: Trends,
  now: number,
  paint: Paint = (_, text) => text,
): string[] {
  const cpu = trends.push(status);
  const { pid, uptimeSeconds } = status.process;
  const lines = [
    `tad, process ${pid}, running for ${formatDuration(uptimeSeconds)}, ${status.connection}`,
    '',
    ...table('Downloads', downloads(status, trends)),
    ...table('Resources', resources(status, trends, cpu, paint)),
    ...table('Waits and limits', waitsAndLimits(status, now)),
  ];
  if (status.caches.length > 0) {
    const rows = status.caches.map(({ name, size, capacity, hits, misses }) => {
      const asked = hits + misses;
      return [name, `${size}/${capacity}`, asked === 0 ? '' : `${((100 * hits) / asked).toFixed(1)} % hits`];
    });
    lines.push(...table('Caches', rows));
  }
  if (status.pools.length > 0) {
    const rows = status.pools.map(({ name, inUse, idle, capacity, waiting }) => [
      name,
      `${inUse}/${capacity}`,
      `in use, ${idle} idle, ${waiting} waiting`,
    ]);
    lines.push(...table('Pools', rows));
  }
  return lines;
}

function figuresRow(name: string, of: (figures: MemoryFigures) => number, cleanup: MemoryCleanup): string[] {
  const before = of(cleanup.before);
  const after = of(cleanup.after);
  return [name, byteText(before), byteText(after), byteText(before - after)];
}

/** What a clean-up did. */
export function cleanupLines(cleanup: MemoryCleanup): string[] {
  const lines = columns([
    ['', 'BEFORE', 'AFTER', 'FREED'],
    figuresRow('memory', ({ usedBytes }) => usedBytes, cleanup),
    figuresRow('resident', ({ rssBytes }) => rssBytes, cleanup),
    figuresRow('heap', ({ heapUsedBytes }) => heapUsedBytes, cleanup),
    figuresRow('buffers', ({ externalBytes }) => externalBytes, cleanup),
  ]);
  const steps = cleanup.steps.map(({ name, freed, error }) => [
    `  ${name}`,
    error === undefined ? (freed > 0 ? `${byteText(freed)} freed` : 'done') : `failed: ${error}`,
  ]);
  return [...lines, '', 'Steps', ...columns(steps), '', `took ${formatDuration(cleanup.seconds)}`];
}
