import { useDashboard } from '../dashboard_context.js';
import { useActions } from '../input.js';
import { type KeyEntry, keySections } from '../key_sections.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { List, rowText, useList } from '../widgets/list.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

/** `  PgDn Ctrl-D` and some air. */
const KEY_CELLS = 18;

type HelpRow = { readonly title: string } | KeyEntry;

/** Sections with an empty row between them. */
const helpRows: readonly HelpRow[] = keySections()
  .flatMap(({ title, entries }) => [{ title: '' }, { title }, ...entries])
  .slice(1);

/** All keys, from the table that also dispatches them. */
export function HelpView({ area, onBack }: ViewProps) {
  const { host } = useDashboard();
  const height = area.height - 2;
  const list = useList(helpRows.length, height);
  const { colours, glyphs } = useTheme();
  useActions('help', true, (action) => {
    if (list.move(action)) return true;
    if (action !== 'back' && action !== 'help') return false;
    onBack();
    return true;
  });
  return (
    <ViewFrame area={area} title="Keys" note="Esc closes" foot={`tad ${host.version}`}>
      <List
        rows={helpRows}
        position={list}
        height={height}
        isFocused
        line={(row, isCurrent) => {
          if ('title' in row) return [{ text: row.title, colour: colours.accent, isBold: true }];
          const help = fit(row.help, Math.max(0, area.width - 4 - KEY_CELLS), glyphs.ellipsis);
          return [
            { text: fit(`  ${row.keys.join(' ')}`, KEY_CELLS, glyphs.ellipsis), isBold: true },
            rowText(help, isCurrent, colours),
          ];
        }}
      />
    </ViewFrame>
  );
}
