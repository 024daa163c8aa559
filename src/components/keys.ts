import { type Action, BINDINGS, type Scope } from './key_table.js';

/** What lies over everything and lets no key through. */
const CLOSED: ReadonlySet<Scope> = new Set(['filter', 'field', 'question', 'details']);

/** Whose bindings hold in a scope, the first before the others. */
const scopesIn = (scope: Scope): readonly Scope[] =>
  CLOSED.has(scope) ? ['always', scope] : ['always', scope, 'everywhere'];

/** Whether a key means the same wherever the person is. */
export const isAlways = (name: string): boolean =>
  BINDINGS.some(({ keys, scopes }) => scopes.includes('always') && keys.includes(name));

/** What a key does in a scope; the scope's own bindings go before those that hold everywhere. */
export function actionFor(name: string, scope: Scope): Action | undefined {
  for (const where of scopesIn(scope)) {
    const found = BINDINGS.find(({ keys, scopes }) => scopes.includes(where) && keys.includes(name));
    if (found !== undefined) return found.action;
  }
  return undefined;
}

/** A key and what it does, in a word or two. */
export interface Hint {
  /** As `keyNames` gives it. */
  readonly key: string;
  readonly action: Action;
  readonly label: string;
}

/**
 * What a footer shows in a scope: the scope's own keys first; of each binding a key that does it there.
 * @param labels what it says instead of the table
 */
export function footerHints(
  scope: Scope,
  labels: Readonly<Partial<Record<Action, string>>> = {},
): readonly Hint[] {
  const [always, ...others] = scopesIn(scope);
  const hints = new Map<Action, Hint>();
  for (const where of new Set([...others, always!])) {
    for (const { action, keys, scopes, label: usual } of BINDINGS) {
      const label = labels[action] ?? usual;
      if (label === undefined || !scopes.includes(where) || hints.has(action)) continue;
      const key = keys.find((name) => actionFor(name, scope) === action);
      if (key !== undefined) hints.set(action, { key, action, label });
    }
  }
  return [...hints.values()];
}
