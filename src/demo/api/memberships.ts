import type { Catalogue, CatalogueChat } from '../catalogue/catalogue.js';

/** Which chats an account is in: those the catalogue gives it, and those it joined by invite in this run. */
export class Memberships {
  readonly #catalogue: Catalogue;
  readonly #joined = new Map<bigint, Set<CatalogueChat>>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  join(userId: bigint, chat: CatalogueChat): void {
    const joined = this.#joined.get(userId) ?? new Set();
    this.#joined.set(userId, joined.add(chat));
  }

  /** In the catalogue's order, the joined ones last. */
  of(userId: bigint): readonly CatalogueChat[] {
    return [...this.#catalogue.chats(userId), ...(this.#joined.get(userId) ?? [])];
  }
}
