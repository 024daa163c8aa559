import { shownKey } from './key_names.js';
import { BINDINGS, type Binding, LISTS, type Scope } from './key_table.js';

/** One line of the help: keys as people write them, and what they do. */
export interface KeyEntry {
  readonly keys: readonly string[];
  readonly help: string;
}

export interface KeySection {
  readonly title: string;
  readonly entries: readonly KeyEntry[];
}

const SCOPE_TITLES: readonly (readonly [Scope, string])[] = [
  ['everywhere', 'Everywhere'],
  ['chats', 'Chats'],
  ['downloads', 'Downloads'],
  ['memory', 'Memory'],
  ['activity', 'Activity'],
  ['chat', 'Messages of a chat'],
  ['library', 'Library'],
  ['log', 'Log'],
  ['settings', 'Settings'],
  ['filter', 'While a filter is typed'],
  ['field', 'In a text field'],
  ['question', 'Asked something'],
  ['details', 'Details of a transfer'],
  ['always', 'Always, whatever is on the screen'],
];

/** The table of keys as help and docs/keys.md list it. What holds in every list has a section of its own. */
export function keySections(): readonly KeySection[] {
  const isOfLists = ({ scopes }: Binding) => scopes === LISTS;
  const inScope = (scope: Scope) => (binding: Binding) =>
    binding.scopes.includes(scope) && !isOfLists(binding);
  const [everywhere, ...rest] = SCOPE_TITLES.map(([scope, title]) => section(title, inScope(scope)));
  return [everywhere!, section('Every list', isOfLists), ...rest];
}

function section(title: string, isMeant: (binding: Binding) => boolean): KeySection {
  const entries = BINDINGS.filter(isMeant).map(({ keys, help }) => ({ keys: keys.map(shownKey), help }));
  return { title, entries };
}

/** docs/keys.md. */
export function keysDocument(): string {
  const tables = keySections().map(({ title, entries }) => {
    const rows = entries.map(
      ({ keys, help }) => `| ${keys.map((key) => `\`${key}\``).join(' ')} | ${help} |`,
    );
    return [`## ${title}`, '', '| key | what it does |', '| --- | --- |', ...rows].join('\n');
  });
  return [
    '# Keys of the dashboard',
    'Made by `npm run docs:keys` from the table in `src/components/key_table.ts`, which also dispatches the keys and fills the\nfooter and the help (`?`). Several keys typed at once all count.',
    ...tables,
  ]
    .join('\n\n')
    .concat('\n');
}
