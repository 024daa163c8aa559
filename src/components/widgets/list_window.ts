/** A cursor in a list that may be of any length, and the first row that is shown. */
export interface ListPosition {
  readonly cursor: number;
  readonly top: number;
}

export const LIST_START: ListPosition = { cursor: 0, top: 0 };

export type ListMove = 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom';

const isMove = new Set<string>(['up', 'down', 'page-up', 'page-down', 'top', 'bottom']);
export const isListMove = (action: string): action is ListMove => isMove.has(action);

/** How far each move goes in a window of `height` rows. */
const stepsOf = (height: number): Readonly<Record<ListMove, number>> => ({
  up: -1,
  down: 1,
  'page-up': -Math.max(1, height - 1),
  'page-down': Math.max(1, height - 1),
  top: Number.NEGATIVE_INFINITY,
  bottom: Number.POSITIVE_INFINITY,
});

/** The first row that is shown of a text that has no cursor, after a move. Pure, O(1). */
export function scrolled(top: number, move: ListMove, length: number, height: number): number {
  return Math.max(0, Math.min(top + stepsOf(height)[move], length - height));
}

/** Where a move leads in a list of `length` rows of which `height` are shown. Pure, O(1). */
export function moveInList(
  position: ListPosition,
  move: ListMove,
  length: number,
  height: number,
): ListPosition {
  return clampList({ ...position, cursor: position.cursor + stepsOf(height)[move] }, length, height);
}

/** The position moved so that it lies in the list and the cursor is in sight, as little as possible. */
export function clampList({ cursor, top }: ListPosition, length: number, height: number): ListPosition {
  const last = Math.max(0, length - 1);
  const inside = Math.max(0, Math.min(last, cursor));
  const lowest = Math.max(0, length - height);
  const shown = Math.min(Math.max(Math.min(top, inside), inside - height + 1, 0), lowest);
  return { cursor: inside, top: shown };
}
