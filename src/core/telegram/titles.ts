/** Finding the chat that a person meant by a title. Pure; the caller streams the chats through it. */

export interface Titled {
  readonly id: string;
  readonly title: string;
  readonly username?: string;
}

/** `isPart`: the text is but a part of the title. */
export type TitleMatch<T> =
  | { readonly kind: 'one'; readonly chat: T; readonly isPart: boolean }
  | { readonly kind: 'many'; readonly chats: readonly T[]; readonly isPart: boolean }
  | { readonly kind: 'none'; readonly nearest: readonly string[] };

/** For how many candidates a hint has room. */
const HINTS = 4;

/** Case, width and compatibility forms do not matter; accents do. */
export function foldTitle(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/**
 * Sees every chat once and then knows whom the text means: the exact title or user name, else the only title that
 * contains it. Keeps a few candidates of each class, not the chats.
 */
export class TitleMatcher<T extends Titled> {
  readonly #wanted: string;
  readonly #exact: T[] = [];
  readonly #parts: T[] = [];
  #nearest: { readonly title: string; readonly distance: number }[] = [];

  constructor(text: string) {
    this.#wanted = foldTitle(text);
  }

  /** O(length of both titles). */
  see(chat: T): void {
    const title = foldTitle(chat.title);
    if (title === this.#wanted || chat.username?.toLowerCase() === this.#wanted) keep(this.#exact, chat);
    else if (title.includes(this.#wanted)) keep(this.#parts, chat);
    else this.#rememberNearest(chat.title, editDistance(this.#wanted, title));
  }

  result(): TitleMatch<T> {
    for (const candidates of [this.#exact, this.#parts]) {
      const [first, second] = candidates;
      const isPart = candidates === this.#parts;
      if (first !== undefined && second === undefined) return { kind: 'one', chat: first, isPart };
      if (first !== undefined) return { kind: 'many', chats: candidates, isPart };
    }
    return { kind: 'none', nearest: this.#nearest.map((entry) => entry.title) };
  }

  #rememberNearest(title: string, distance: number): void {
    if (distance > Math.max(2, Math.ceil(this.#wanted.length * 0.6))) return;
    this.#nearest = [...this.#nearest, { title, distance }]
      .sort((a, b) => a.distance - b.distance)
      .slice(0, HINTS - 1);
  }
}

function keep<T extends Titled>(candidates: T[], chat: T): void {
  if (candidates.length <= HINTS && !candidates.some((seen) => seen.id === chat.id)) candidates.push(chat);
}

/** Levenshtein distance of the first 64 code units; O(64²) at most. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64);
  const b = right.slice(0, 64);
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
