import { Text } from 'ink';
import { useActions } from '../input.js';
import { BINDINGS, type Binding, type Scope, shownKey } from '../keys.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { List, RowText, useList } from '../widgets/list.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

/** The scopes in the order in which help and docs/keys.md list them. */
export const SCOPE_TITLES: readonly (readonly [Scope, string])[] = [
  ['everywhere', 'Everywhere'],
  ['chats', 'Chats'],
  ['downloads', 'Downloads'],
  ['activity', 'Activity'],
  ['chat', 'Messages of a chat'],
  ['library', 'Library'],
  ['log', 'Log'],
  ['settings', 'Settings'],
];

type HelpRow = { readonly title: string } | { readonly keys: string; readonly help: string };

const keysOf = ({ keys }: Binding) => keys.map(shownKey).join(' ');

/** Every binding once per scope; what holds in every list is listed with the first. */
export function helpRows(): readonly HelpRow[] {
  const seen = new Set<Binding>();
  return SCOPE_TITLES.flatMap(([scope, title]) => {
    const own = BINDINGS.filter((binding) => binding.scopes.includes(scope) && !seen.has(binding));
    for (const binding of own) if (binding.scopes.length > 3) seen.add(binding);
    return own.length === 0
      ? []
      : [{ title }, ...own.map((binding) => ({ keys: keysOf(binding), help: binding.help }))];
  });
}

/** All keys, from the table that also dispatches them. */
export function HelpView({ area, onBack }: ViewProps) {
  const rows = helpRows();
  const height = area.height - 2;
  const list = useList(rows.length, height);
  const { colours, glyphs } = useTheme();
  useActions('help', true, (action) => {
    if (list.move(action)) return true;
    if (action !== 'back' && action !== 'help' && action !== 'quit') return false;
    onBack();
    return true;
  });
  return (
    <ViewFrame area={area} title="Keys" note="Esc closes">
      <List
        rows={rows}
        position={list}
        height={height}
        isFocused
        render={(row, isCurrent) =>
          'title' in row ? (
            <Text bold {...(colours.accent !== undefined && { color: colours.accent })}>
              {row.title}
            </Text>
          ) : (
            <>
              <Text bold>{fit(`  ${row.keys}`, 18, glyphs.ellipsis)}</Text>
              <RowText isCurrent={isCurrent}>
                {fit(row.help, Math.max(0, area.width - 22), glyphs.ellipsis)}
              </RowText>
            </>
          )
        }
      />
    </ViewFrame>
  );
}
