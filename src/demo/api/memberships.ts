import type { Catalogue, CatalogueChat } from '../catalogue/catalogue.js';

/** Which chats an account is in: those the catalogue gives it, and those it joined by invite in this run. */
export class Memberships {
  readonly #catalogue: Catalogue;
  readonly #joined = new Map<bigint, Set<CatalogueChat>>();
  readonly #given = new Map<bigint, ReadonlySet<CatalogueChat>>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  join(userId: bigint, chat: CatalogueChat): void {
    const joined = this.#joined.get(userId) ?? new Set();
    this.#joined.set(userId, joined.add(chat));
  }

  /** In the catalogue's order, the joined ones last. O(n log n). */
  of(userId: bigint): readonly CatalogueChat[] {
    return [...this.#catalogue.chats(userId), ...(this.#joined.get(userId) ?? [])];
  }

  /** O(1) after the first call for the account. */
  has(userId: bigint, chat: CatalogueChat): boolean {
    let given = this.#given.get(userId);
    if (!given) {
      given = new Set(this.#catalogue.chats(userId));
      this.#given.set(userId, given);
    }
    return given.has(chat) || (this.#joined.get(userId)?.has(chat) ?? false);
  }
}
