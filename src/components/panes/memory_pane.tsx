import asciichart from 'asciichart';
import type { MemoryCleanup, MemoryFigures, MemoryLevel } from '../../core/events.js';
import type { CacheFigures, PoolFigures } from '../../core/face.js';
import { useDashboard } from '../dashboard_context.js';
import { bytes } from '../format.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { useStore } from '../store.js';
import type { MemoryView } from '../stores/memory_store.js';
import { fit } from '../text.js';
import type { Colour, Colours, Theme } from '../theme.js';
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
  const { figures, caches, pools, lastCleanup } = view;
  const { cells, rows, theme } = room;
  const detail = [
    ...caches.map((cache) => cacheLine(cells, cache)),
    ...pools.map((pool) => poolLine(cells, pool)),
  ];
  // Gauge, figures and clean-up always; the chart gets what caches and pools leave, or they make room for it.
  const rest = rows - 3;
  const chartRows = rest >= 4 ? Math.max(4, Math.min(7, rest - Math.min(detail.length, 3))) : 0;
  const { rssBytes, heapUsedBytes, externalBytes } = figures;
  return [
    gauge(view, room),
    [
      fit(
        `rss ${bytes(rssBytes)}${reusable(figures)}  heap ${bytes(heapUsedBytes)}  ext ${bytes(externalBytes)}`,
        cells,
      ),
    ],
    ...(chartRows > 0 ? trend(view.trend, { ...room, rows: chartRows }) : []),
    ...detail
      .slice(0, Math.max(0, rest - chartRows))
      .map((text) => [{ text: fit(text, cells), isDim: true }]),
    [
      fit(
        lastCleanup === undefined
          ? 'c cleans up and collects garbage'
          : cleanupText(lastCleanup, theme.glyphs.to),
        cells,
      ),
    ],
  ];
}

/** `clean-up 164 → 110 MB, heap 53 → 37`: before and after, in MB. */
function cleanupText({ before, after }: MemoryCleanup, to: string): string {
  const mb = (value: number) => Math.round(value / MB);
  const change = (field: 'rssBytes' | 'heapUsedBytes') => `${mb(before[field])} ${to} ${mb(after[field])}`;
  return `clean-up ${change('rssBytes')} MB, heap ${change('heapUsedBytes')}`;
}

/** ` (20 MB free)`: of RSS, what the level does not count. */
function reusable({ retainedBytes }: MemoryFigures): string {
  return retainedBytes < MB ? '' : ` (${bytes(retainedBytes)} free)`;
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

/** RSS over the last minutes, in MB; empty lines while there is nothing to draw. */
function trend(values: readonly number[], { cells, rows, theme }: Room): readonly Line[] {
  const points = values.slice(-Math.max(2, cells - CHART_AXIS)).map((value) => value / MB);
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
