import asciichart from 'asciichart';
import type { MemoryFigures, MemoryLevel } from '../../core/events.js';
import type { CacheFigures, PoolFigures } from '../../core/face.js';
import { bytes, count } from '../format.js';
import type { Line } from '../line.js';
import type { MemoryView } from '../stores/memory_store.js';
import { fit, width, wrapped } from '../text.js';
import type { Colour, Colours, Glyphs, Theme } from '../theme.js';
import { barCells } from '../widgets/bar.js';

const MB = 2 ** 20;
/** asciichart's axis: six characters of label, a blank and the axis. */
const CHART_AXIS = 9;
/** Rows of the trend: fewer show nothing, more say no more. */
const CHART = { least: 4, most: 7, mostOfAll: 16 };
/** Cells in which a name and its figures can be read as one row. */
const READABLE = 72;

export interface Room {
  readonly cells: number;
  readonly rows: number;
  readonly theme: Theme;
}

function levelColour(level: MemoryLevel, colours: Colours): Colour {
  return level === 'critical' ? colours.bad : level === 'warning' ? colours.warning : colours.good;
}

/** As much as a pane has room for, the most important first. Pure. */
export function memoryLines(view: MemoryView, room: Room, mostChart = CHART.most): readonly Line[] {
  const { cells, rows, theme } = room;
  const { figures } = view;
  const detail = figureLines(view, cells);
  const { chartRows, detailRows } = shares(detail.length, rows, mostChart);
  return [
    gauge(view, room),
    [fit(processLine(figures, cells), cells)],
    ...(chartRows > 0 ? trend(view.trend, { ...room, rows: chartRows }) : []),
    ...detail.slice(0, detailRows),
    ...cleanupLines(view, detailRows > detail.length ? 2 : 1, theme.glyphs).map((text) => [fit(text, cells)]),
  ];
}

/**
 * How rows are shared: gauge, figures and clean-up have theirs always; the chart gets what pools and caches leave, or they make room
 * for it.
 */
function shares(details: number, rows: number, mostChart: number) {
  const rest = Math.max(0, rows - 3);
  const chartRows = rest < CHART.least ? 0 : Math.max(CHART.least, Math.min(mostChart, rest - details));
  return { chartRows, detailRows: rest - chartRows };
}

/** Pools and caches for which a pane of so many rows has no room. Pure. */
export function leftOut({ pools, caches }: MemoryView, rows: number): number {
  const details = pools.length + caches.length;
  return Math.max(0, details - shares(details, rows, CHART.most).detailRows);
}

/** All there is to say, over a whole screen; where that leaves no room for the trend, what a pane says. Pure. */
export function wholeMemoryLines(view: MemoryView, room: Room): readonly Line[] {
  const { cells, rows, theme } = room;
  const { figures, lastCleanup } = view;
  const dim = (text: string): Line => [{ text: fit(text, cells), isDim: true }];
  const above = [
    gauge(view, room),
    [fit(processLine(figures, cells), cells)],
    ...runtimeLines(figures).map(dim),
  ];
  const steps = lastCleanup?.steps.map(({ name, freed, error }) => `${name}: ${error ?? bytes(freed)}`) ?? [];
  const below = [
    dim('pools: in use + idle / at most, and who waits'),
    ...view.pools.map((pool) => dim(poolLine(Math.min(cells, READABLE), pool))),
    dim('caches: kept / at most, and how often they helped'),
    ...view.caches.map((cache) => dim(cacheLine(Math.min(cells, READABLE), cache))),
    ...cleanupLines(view, 2, theme.glyphs).map((text): Line => [fit(text, cells)]),
    ...wrapped(steps.join(', '), cells).map(dim),
  ];
  const rest = rows - above.length - below.length;
  if (rest < CHART.least) return memoryLines(view, room, CHART.mostOfAll);
  return [...above, ...trend(view.trend, { ...room, rows: Math.min(CHART.mostOfAll, rest) }), ...below];
}

/** What there is room for only on a whole screen. */
function runtimeLines(figures: MemoryFigures): readonly string[] {
  const { warningBytes, criticalBytes, limitBytes, arrayBufferBytes, loopDelaySeconds, collections } =
    figures;
  const marks = [
    warningBytes !== undefined && `warning from ${bytes(warningBytes)}`,
    criticalBytes !== undefined && `critical from ${bytes(criticalBytes)}`,
    limitBytes !== undefined && `the container has ${bytes(limitBytes)}`,
  ];
  const { minor, major, seconds, longestSeconds } = collections;
  const ms = (value: number) => `${count(value * 1000)} ms`;
  return [
    marks.filter(Boolean).join(', '),
    `collections: ${count(minor)} small, ${count(major)} full; ${ms(seconds)} in all, the longest ${ms(longestSeconds)}`,
    `array buffers ${bytes(arrayBufferBytes)}; the event loop was ${ms(loopDelaySeconds)} late at most`,
  ];
}

/** A pool is what work waits for: these come first. */
function figureLines({ pools, caches }: MemoryView, cells: number): readonly Line[] {
  const texts = [
    ...pools.map((pool) => poolLine(cells, pool)),
    ...caches.map((cache) => cacheLine(cells, cache)),
  ];
  return texts.map((text) => [{ text: fit(text, cells), isDim: true }]);
}

/** `clean-up 164 → 110 MB, freed 54`, all in MB; below, what that was for the heap. */
function cleanupLines(
  { lastCleanup, isCleaning }: MemoryView,
  rows: number,
  { to, ellipsis }: Glyphs,
): readonly string[] {
  if (isCleaning) return [`cleaning up${ellipsis}`];
  if (lastCleanup === undefined) return ['c cleans up and collects garbage'];
  const { before, after, freedBytes } = lastCleanup;
  const mb = (value: number) => Math.round(value / MB);
  const change = (field: 'rssBytes' | 'heapUsedBytes') => `${mb(before[field])} ${to} ${mb(after[field])} MB`;
  // Work under way may have taken more meanwhile than the clean-up gave.
  const freed = freedBytes < 0 ? `${mb(-freedBytes)} more` : `freed ${mb(freedBytes)}`;
  return [`clean-up ${change('rssBytes')}, ${freed}`, `    heap ${change('heapUsedBytes')}`].slice(0, rows);
}

/** `rss 214 MB (20 MB free)  heap 50 MB  ext 22 MB`, shorter where that is too long. Free: what the level does not count of RSS. */
function processLine(
  { rssBytes, retainedBytes, heapUsedBytes, externalBytes }: MemoryFigures,
  cells: number,
) {
  const line = (show: (value: number) => string, gap: string) => {
    const free = retainedBytes < MB ? '' : ` (${show(retainedBytes)} free)`;
    return `rss ${show(rssBytes)}${free}${gap}heap ${show(heapUsedBytes)}${gap}ext ${show(externalBytes)}`;
  };
  const whole = line(bytes, '  ');
  return width(whole) <= cells ? whole : `${line((value) => String(Math.round(value / MB)), ' ')} MB`;
}

/** What the level is judged by, against the budget; ticks show where warning and critical begin. */
function gauge({ figures }: MemoryView, { cells, theme: { colours, glyphs } }: Room): Line {
  const ratio = figures.usedBytes / Math.max(1, figures.budgetBytes);
  const percent = ` ${String(Math.round(ratio * 100)).padStart(3)}% ${figures.level}`;
  const width = Math.max(4, cells - percent.length);
  const { filled, empty } = barCells(ratio, width, glyphs);
  const start = Array.from(filled).length;
  const marks = new Set(
    [figures.warningBytes, figures.criticalBytes]
      .filter((mark) => mark !== undefined)
      .map((mark) => Math.min(width - 1, Math.floor((mark / Math.max(1, figures.budgetBytes)) * width))),
  );
  const emptyWithMarks = Array.from(empty, (cell, i) => (marks.has(start + i) ? '|' : cell)).join('');
  const colour = levelColour(figures.level, colours);
  return [
    { text: filled, colour, isDrawing: true },
    { text: emptyWithMarks, isDim: true, isDrawing: true },
    { text: percent, colour },
  ];
}

/** All values in at most so many points, each the highest of as many values: no peak is left out. Pure. */
export function peaks(values: readonly number[], points: number): readonly number[] {
  if (values.length <= points) return values;
  const start = (point: number) => Math.floor((point * values.length) / points);
  return Array.from({ length: points }, (_, i) => Math.max(...values.slice(start(i), start(i + 1))));
}

/** RSS over the last minutes, in MB; empty lines while there is nothing to draw. */
function trend(values: readonly number[], { cells, rows, theme }: Room): readonly Line[] {
  const points = peaks(values, Math.max(2, cells - CHART_AXIS)).map((value) => value / MB);
  if (points.length < 2) return Array.from({ length: rows }, () => []);
  const low = Math.min(...points);
  const high = Math.max(...points);
  // Small changes are no mountains: at least 4 MB for each row, so that no two rows have the same label.
  const margin = Math.max(0, (rows - 1) * 4 - (high - low)) / 2;
  const [min, max] = [Math.max(0, low - margin), high + margin];
  const chart = asciichart.plot(points, {
    height: rows - 1,
    min,
    max,
    format: (value) => value.toFixed(0).padStart(6),
    symbols: [...theme.glyphs.chart],
  });
  return chart.split('\n').map((text) => [{ text, colour: theme.colours.accent, isDrawing: true }]);
}

/** `known documents      1200/50000  98%`: what is kept of what may be kept, and how often it helped. */
function cacheLine(cells: number, { name, size, capacity, hits, misses }: CacheFigures): string {
  const asked = hits + misses;
  const rate = asked === 0 ? '–' : `${Math.round((hits / asked) * 100)}%`;
  return figureLine(cells, name, `${size}/${capacity}`, rate);
}

/** `part buffers       8+12/20  3 wait`: in use and idle of what may be, and who waits. */
function poolLine(cells: number, { name, inUse, idle, capacity, waiting }: PoolFigures): string {
  return figureLine(cells, name, `${inUse}+${idle}/${capacity}`, waiting === 0 ? '' : `${waiting}w`);
}

function figureLine(cells: number, name: string, used: string, last: string): string {
  return `${fit(name, Math.max(8, cells - 17))}${fit(used, 12, '…', 'right')}${fit(last, 5, '…', 'right')}`;
}
