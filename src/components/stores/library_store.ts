import { type TadError, toTadError } from '../../core/errors.js';
import type { CoreEmitter } from '../../core/events.js';
import type { Core, Track } from '../../core/face.js';
import type { AudioMessage } from '../../core/types.js';
import type { Frames } from '../frame_clock.js';
import { FRESH_LIBRARY_LOOK, type LibraryLook } from '../list_looks.js';
import { ThrottledStore } from '../store.js';
import { mirrored, PagedRows, type RowPage, type Sliceable } from './paged_rows.js';

/** By when the file was fetched; any other order would have SQLite sort the whole library for each page. */
export type LibraryOrder = 'newest' | 'oldest';

export type LibraryRow =
  | { readonly kind: 'track'; readonly track: Track }
  | { readonly kind: 'message'; readonly message: AudioMessage };

export interface LibraryRows {
  /** Tracks that match, then what was seen in scans and matches, but was not fetched. */
  readonly rows: Sliceable<LibraryRow>;
  readonly tracks: number;
  readonly unfetched: number;
  /** There may be more of the latter. */
  readonly isCut: boolean;
  readonly query: string;
  readonly order: LibraryOrder;
  /** Why the library cannot be read; there are no rows then. */
  readonly problem: TadError | undefined;
}

interface LibraryState {
  query: string;
  order: LibraryOrder;
  problem: TadError | undefined;
}

/** What was not fetched is listed up to here: whoever wants more of it opens the chat. */
const UNFETCHED = 200;

/** Search as you type over everything that was fetched and seen. */
export class LibraryStore extends ThrottledStore<LibraryRows> {
  readonly #state: LibraryState;

  /** @param look how it was left, where that is known */
  constructor(
    core: Core,
    frames: Frames,
    { query, order }: Pick<LibraryLook, 'query' | 'order'> = FRESH_LIBRARY_LOOK,
  ) {
    const state: LibraryState = { query, order, problem: undefined };
    // Rows are read while they are drawn: what goes wrong there is for the next frame.
    super(() => view(core, state, () => queueMicrotask(() => this.changed())), frames);
    this.#state = state;
  }

  follow(events: CoreEmitter): Disposable {
    return events.on('transfer.completed', () => this.changed());
  }

  setQuery(query: string): void {
    this.#state.query = query;
    this.#state.problem = undefined;
    this.asked();
  }

  setOrder(order: LibraryOrder): void {
    this.#state.order = order;
    this.again();
  }

  /** Reads anew, also after something went wrong. */
  again(): void {
    this.#state.problem = undefined;
    this.changed(true);
  }
}

/** @param onProblem something went wrong later, when rows were read */
function view({ library }: Core, state: LibraryState, onProblem: () => void): LibraryRows {
  const { query, order } = state;
  const safely = <T>(look: () => T, otherwise: T, tell = () => {}): T => {
    if (state.problem !== undefined) return otherwise;
    try {
      return look();
    } catch (error) {
      state.problem = toTadError(error);
      tell();
      return otherwise;
    }
  };
  const tracks = safely(() => library.count(query), 0);
  const read = (page: RowPage) => safely(() => library.search(query, page), [], onProblem);
  const fetched = new PagedRows(order === 'newest' ? read : mirrored(read, tracks));
  const missing = safely(() => library.unfetched(query, UNFETCHED + 1), []);
  const unfetched = missing.slice(0, UNFETCHED);
  return {
    rows: {
      slice: (start, end) => [
        ...fetched
          .slice(Math.min(start, tracks), Math.min(end, tracks))
          .map((track): LibraryRow => ({ kind: 'track', track })),
        ...unfetched
          .slice(Math.max(0, start - tracks), Math.max(0, end - tracks))
          .map((message): LibraryRow => ({ kind: 'message', message })),
      ],
    },
    tracks,
    unfetched: unfetched.length,
    isCut: missing.length > UNFETCHED,
    query,
    order,
    problem: state.problem,
  };
}
