import { useMemo, useState } from 'react';
import { useDashboard } from '../dashboard_context.js';
import { useActions } from '../input.js';
import { keySections } from '../key_sections.js';
import type { Line } from '../line.js';
import { fit, wrapped } from '../text.js';
import type { Theme } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { Lines } from '../widgets/lines.js';
import { isListMove, scrolled } from '../widgets/list_window.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

/** `  PgDn Ctrl-D` and some air. */
const KEY_CELLS = 18;

/** All keys, from the table that also dispatches them: a text to read, which scrolls. */
export function HelpView({ area, onBack }: ViewProps) {
  const { host } = useDashboard();
  const theme = useTheme();
  const height = area.height - 2;
  const cells = area.width - 4;
  const lines = useMemo(() => helpLines(cells, theme), [cells, theme]);
  const [wanted, setWanted] = useState(0);
  const top = Math.max(0, Math.min(wanted, lines.length - height));
  useActions('help', true, (action) => {
    if (isListMove(action)) {
      setWanted(scrolled(top, action, lines.length, height));
      return true;
    }
    if (action !== 'back' && action !== 'help') return false;
    onBack();
    return true;
  });
  const below = lines.length - height - top;
  const note = below > 0 ? `${below} more below, PgDn; Esc closes` : 'Esc closes';
  return (
    <ViewFrame area={area} title="Keys" note={note} foot={`tad ${host.version}`}>
      <Lines lines={lines.slice(top, top + height)} />
    </ViewFrame>
  );
}

/** Sections with an empty line between them; what a key does takes as many lines as it needs. */
function helpLines(cells: number, { colours, glyphs }: Theme): readonly Line[] {
  const room = Math.max(1, cells - KEY_CELLS);
  return keySections()
    .flatMap(({ title, entries }): Line[] => [
      [''],
      [{ text: title, colour: colours.accent, isBold: true }],
      ...entries.flatMap(({ keys, help }) =>
        wrapped(help, room).map((text, i): Line => {
          const names = i === 0 ? `  ${keys.join(' ')}` : '';
          return [{ text: fit(names, KEY_CELLS, glyphs.ellipsis), isBold: true }, text];
        }),
      ),
    ])
    .slice(1);
}
