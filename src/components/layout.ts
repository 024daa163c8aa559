/** A rectangle of terminal cells. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type PaneName = 'chats' | 'downloads' | 'memory' | 'activity';

/** Order of Tab and of the digits 1 to 4. */
export const PANES: readonly PaneName[] = ['chats', 'downloads', 'memory', 'activity'];

export const MIN_COLUMNS = 60;
export const MIN_ROWS = 15;

export type Layout =
  | { readonly kind: 'too-small'; readonly columns: number; readonly rows: number }
  | {
      readonly kind: 'panes';
      readonly columns: number;
      readonly rows: number;
      readonly header: Rectangle;
      readonly footer: Rectangle;
      /** What a full-screen view (chat, library, log, settings, help) may use: between header and footer. */
      readonly body: Rectangle;
      readonly panes: Readonly<Record<PaneName, Rectangle>>;
    };

const HEADER_ROWS = 2;
const FOOTER_ROWS = 1;
/** Below this width the panes stand one above the other on the right side only as far as they fit. */
const WIDE_COLUMNS = 100;

/**
 * Where everything goes. Pure. Rectangles of the panes tile the body exactly, so the frame never has more rows than the terminal:
 * one row more, and every frame would clear the screen.
 *
 * Wide: chats on the left over the full height; downloads above memory and activity on the right.
 * Narrow: chats and memory side by side above; downloads over the full width; activity below, as far as there is room.
 */
export function layout(columns: number, rows: number): Layout {
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) return { kind: 'too-small', columns, rows };
  const header = { x: 0, y: 0, width: columns, height: HEADER_ROWS };
  const footer = { x: 0, y: rows - FOOTER_ROWS, width: columns, height: FOOTER_ROWS };
  const body = { x: 0, y: HEADER_ROWS, width: columns, height: rows - HEADER_ROWS - FOOTER_ROWS };
  return {
    kind: 'panes',
    columns,
    rows,
    header,
    footer,
    body,
    panes: columns >= WIDE_COLUMNS ? wide(body) : narrow(body),
  };
}

function wide(body: Rectangle): Readonly<Record<PaneName, Rectangle>> {
  const left = Math.min(Math.round(body.width * 0.34), 64);
  const right = body.width - left;
  const lower = clamp(Math.round(body.height * 0.45), 9, 18);
  const upper = body.height - lower;
  const memory = clamp(Math.round(right * 0.5), 30, 64);
  return {
    chats: { x: 0, y: body.y, width: left, height: body.height },
    downloads: { x: left, y: body.y, width: right, height: upper },
    memory: { x: left, y: body.y + upper, width: memory, height: lower },
    activity: { x: left + memory, y: body.y + upper, width: right - memory, height: lower },
  };
}

function narrow(body: Rectangle): Readonly<Record<PaneName, Rectangle>> {
  const upper = clamp(Math.round(body.height * 0.4), 5, 14);
  const lower = clamp(Math.round(body.height * 0.2), 3, 6);
  const middle = body.height - upper - lower;
  const left = Math.round(body.width * 0.52);
  return {
    chats: { x: 0, y: body.y, width: left, height: upper },
    memory: { x: left, y: body.y, width: body.width - left, height: upper },
    downloads: { x: 0, y: body.y + upper, width: body.width, height: middle },
    activity: { x: 0, y: body.y + upper + middle, width: body.width, height: lower },
  };
}

/** The pane beside another that shares most rows with it; where there is none, itself. Pure. */
export function neighbour(
  panes: Readonly<Record<PaneName, Rectangle>>,
  from: PaneName,
  side: 'left' | 'right',
): PaneName {
  const { x, y, width, height } = panes[from];
  const sharedRows = (name: PaneName) => {
    const other = panes[name];
    const touches = side === 'left' ? other.x + other.width === x : other.x === x + width;
    return touches ? Math.min(y + height, other.y + other.height) - Math.max(y, other.y) : 0;
  };
  const [nearest] = PANES.filter((name) => sharedRows(name) > 0).toSorted(
    (a, b) => sharedRows(b) - sharedRows(a),
  );
  return nearest ?? from;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
