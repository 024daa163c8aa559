/** The last `capacity` items, oldest first. Adding is O(1); nothing older is kept. */
export class Ring<Item> {
  readonly #items: Item[] = [];
  readonly #capacity: number;
  #start = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(item: Item): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.#capacity;
  }

  get last(): Item | undefined {
    return this.#items.at(this.#start - 1);
  }

  /** Puts `item` where the newest is. Does nothing while there is none. */
  replaceLast(item: Item): void {
    if (this.#items.length > 0) this.#items.splice(this.#start - 1, 1, item);
  }

  /** A copy, oldest first. */
  toArray(): readonly Item[] {
    return [...this.#items.slice(this.#start), ...this.#items.slice(0, this.#start)];
  }
}
