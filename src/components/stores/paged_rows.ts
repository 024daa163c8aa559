export interface RowPage {
  readonly offset: number;
  readonly limit: number;
}

/** What a list needs of its rows: an array has it, too. */
export interface Sliceable<Row> {
  slice(start: number, end: number): readonly Row[];
}

/** Of a page, where nobody says otherwise. */
const PAGE_ROWS = 128;
const KEPT_PAGES = 8;

/**
 * A list of any length of which only the pages that were looked at last are held: eight. A slice costs one
 * read per page that is not held.
 */
export class PagedRows<Row> implements Sliceable<Row> {
  readonly #read: (page: RowPage) => readonly Row[];
  readonly #pageRows: number;
  readonly #pages = new Map<number, readonly Row[]>();

  constructor(read: (page: RowPage) => readonly Row[], pageRows = PAGE_ROWS) {
    this.#read = read;
    this.#pageRows = pageRows;
  }

  /** Fewer rows where the list ends. */
  slice(start: number, end: number): readonly Row[] {
    const rows: Row[] = [];
    const limit = this.#pageRows;
    for (let page = Math.floor(start / limit); page * limit < end; page++) {
      const offset = page * limit;
      rows.push(...this.#page(page).slice(Math.max(0, start - offset), end - offset));
    }
    return rows;
  }

  #page(number: number): readonly Row[] {
    const limit = this.#pageRows;
    const rows = this.#pages.get(number) ?? this.#read({ offset: number * limit, limit });
    // Insertion order is the order of use.
    this.#pages.delete(number);
    this.#pages.set(number, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= KEPT_PAGES) break;
      this.#pages.delete(oldest);
    }
    return rows;
  }
}

/** Reads a list of `count` rows from its end. Pure. */
export function mirrored<Row>(
  read: (page: RowPage) => readonly Row[],
  count: number,
): (page: RowPage) => readonly Row[] {
  return ({ offset, limit }) => {
    const end = Math.max(0, count - offset);
    const start = Math.max(0, end - limit);
    return read({ offset: start, limit: end - start }).toReversed();
  };
}
