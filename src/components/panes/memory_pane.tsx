import asciichart from 'asciichart';
import type { MemoryFigures, MemoryLevel } from '../../core/events.js';
import type { CacheFigures, PoolFigures } from '../../core/face.js';
import { useDashboard } from '../dashboard_context.js';
import { bytes } from '../format.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { useStore } from '../store.js';
import type { MemoryView } from '../stores/memory_store.js';
import { fit, width } from '../text.js';
import type { Colour, Colours, Glyphs, Theme } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { barCells } from '../widgets/bar.js';
import { Lines } from '../widgets/lines.js';
import { Pane } from '../widgets/pane.js';

const MB = 2 ** 20;
/** asciichart's axis: six characters of label, a blank and the axis. */
const CHART_AXIS = 9;

interface Room {
  readonly cells: number;
  readonly rows: number;
  readonly theme: Theme;
}

/** The memory gauge against the budget, its trend, caches and pools, and what the last clean-up freed. */
export function MemoryPane({ area, isFocused }: { readonly area: Rectangle; readonly isFocused: boolean }) {
  const { stores } = useDashboard();
  const view = useStore(stores.memory);
  const theme = useTheme();
  const cells = area.width - 4;
  const rows = area.height - 2;
  const { usedBytes, budgetBytes } = view.figures;
  return (
    <Pane
      area={area}
      title="3 Memory"
      note={`${bytes(usedBytes)} of ${bytes(budgetBytes)}`}
      isFocused={isFocused}
    >
      <Lines lines={memoryLines(view, { cells, rows, theme })} />
    </Pane>
  );
}

function levelColour(level: MemoryLevel, colours: Colours): Colour {
  return level === 'critical' ? colours.bad : level === 'warning' ? colours.warning : colours.good;
}

/** As much as there is room for, the most important first. Pure. */
export function memoryLines(view: MemoryView, room: Room): readonly Line[] {
  const { figures, caches, pools } = view;
  const { cells, rows, theme } = room;
  // A pool is what work waits for.
  const detail = [
    ...pools.map((pool) => poolLine(cells, pool)),
    ...caches.map((cache) => cacheLine(cells, cache)),
  ];
  // Gauge, figures and clean-up always; the chart gets what pools and caches leave, or they make room for it.
  const rest = rows - 3;
  const chartRows = rest < 4 ? 0 : Math.max(4, Math.min(7, rest - detail.length));
  const hasRoom = rest - chartRows > detail.length;
  return [
    gauge(view, room),
    [fit(processLine(figures, cells), cells)],
    ...(chartRows > 0 ? trend(view.trend, { ...room, rows: chartRows }) : []),
    ...detail
      .slice(0, Math.max(0, rest - chartRows))
      .map((text) => [{ text: fit(text, cells), isDim: true }]),
    ...cleanupLines(view, hasRoom ? 2 : 1, theme.glyphs).map((text) => [fit(text, cells)]),
  ];
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
