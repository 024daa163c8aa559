/**
 * Which rows of a list are marked: single ones, or all but single ones. So all rows of a list of any length are marked
 * in no time.
 */
export interface Marks<Row> {
  readonly all: boolean;
  /** The marked rows by id, or when all are marked, those that are not. */
  readonly single: ReadonlyMap<number, Row>;
}

export const NO_MARKS: Marks<never> = { all: false, single: new Map<number, never>() };

export function isMarked<Row>({ all, single }: Marks<Row>, id: number): boolean {
  return single.has(id) !== all;
}

export function toggleMark<Row>(marks: Marks<Row>, id: number, row: Row): Marks<Row> {
  const single = new Map(marks.single);
  if (!single.delete(id)) single.set(id, row);
  return { ...marks, single };
}

/** All, or none when all are marked already. */
export function toggleAll<Row>(marks: Marks<Row>, length: number): Marks<Row> {
  return countMarks(marks, length) === length ? NO_MARKS : { all: true, single: new Map() };
}

/** Of a list of `length` rows. Single marks count even where a filter hides their rows. */
export function countMarks<Row>({ all, single }: Marks<Row>, length: number): number {
  return all ? Math.max(0, length - single.size) : single.size;
}
