import type { IdSequence, MessageKind } from './catalogue.js';

/** One message's place in the rhythm of a chat. `gap` was deleted. */
export interface Slot {
  readonly kind: MessageKind | 'gap';
  readonly topicId?: number;
  /** Which of the period's albums, for music. */
  readonly album?: number;
  /** From 0 within its album. */
  readonly track?: number;
}

/** A slot somewhere in a chat. */
export interface Place {
  readonly id: number;
  readonly slot: Slot;
  /** Number of its album within the chat, where the slot belongs to one. */
  readonly album?: number;
}

/**
 * A chat's messages as a rhythm of slots that repeats: whatever is asked of a million messages is arithmetic on one
 * period. Message ids count slots, from `firstId`.
 */
export class Pattern {
  readonly firstId: number;
  readonly lastId: number;
  readonly #albumsPerPeriod: number;
  readonly #slots: readonly Slot[];
  /** By kind and topic: positions within the period, ascending. */
  readonly #positions = new Map<string, readonly number[]>();

  /**
   * @param slots one period; holds at least one slot of `counted`
   * @param total how many messages of kind `counted` there are; the last of them is the chat's last message
   */
  constructor(slots: readonly Slot[], counted: MessageKind, total: number, firstId = 1) {
    this.#slots = slots;
    this.firstId = firstId;
    this.#albumsPerPeriod = 1 + Math.max(0, ...slots.map((slot) => slot.album ?? 0));
    const positions = this.#of(counted, undefined);
    if (positions.length === 0) throw new RangeError(`a pattern without ${counted}`);
    this.lastId = total === 0 ? firstId - 1 : this.#idAt(positions, total - 1);
  }

  /** The slot of a message; undefined outside the chat and where a message was deleted. */
  place(id: number): Place | undefined {
    if (!Number.isInteger(id) || id < this.firstId || id > this.lastId) return undefined;
    const index = id - this.firstId;
    const slot = this.#slots[index % this.#slots.length]!;
    if (slot.kind === 'gap') return undefined;
    if (slot.album === undefined) return { id, slot };
    const period = Math.floor(index / this.#slots.length);
    return { id, slot, album: period * this.#albumsPerPeriod + slot.album };
  }

  ids(kind: MessageKind | 'all', topicId?: number): IdSequence {
    const positions = this.#of(kind, topicId);
    const countBelow = (id: number) => this.#countBelow(positions, Math.min(id, this.lastId + 1));
    const length = countBelow(this.lastId + 1);
    const at = (index: number) => {
      if (!Number.isInteger(index) || index < 0 || index >= length) {
        throw new RangeError(`position ${index} of ${length} messages`);
      }
      return this.#idAt(positions, index);
    };
    return { length, at, countBelow };
  }

  #idAt(positions: readonly number[], index: number): number {
    const period = Math.floor(index / positions.length);
    return this.firstId + period * this.#slots.length + positions[index % positions.length]!;
  }

  #countBelow(positions: readonly number[], id: number): number {
    const before = id - this.firstId;
    if (before <= 0) return 0;
    const period = Math.floor(before / this.#slots.length);
    return period * positions.length + lowerBound(positions, before % this.#slots.length);
  }

  #of(kind: MessageKind | 'all', topicId: number | undefined): readonly number[] {
    const key = `${kind} ${topicId ?? ''}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const positions = [...this.#slots.keys()].filter((index) => {
      const slot = this.#slots[index]!;
      const ofKind = kind === 'all' ? slot.kind !== 'gap' : slot.kind === kind;
      return ofKind && (topicId === undefined || slot.topicId === topicId);
    });
    // Clients may ask for any topic: what is empty is not kept, so the map cannot grow beyond the slots.
    if (positions.length > 0) this.#positions.set(key, positions);
    return positions;
  }
}

/** How many of the ascending numbers are smaller than the bound. */
function lowerBound(ascending: readonly number[], bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
