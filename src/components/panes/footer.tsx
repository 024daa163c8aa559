import { Box } from 'ink';
import { type KeysNow, useKeysNow, useScope } from '../input.js';
import { shownKey } from '../key_names.js';
import type { Scope } from '../key_table.js';
import { footerHints } from '../keys.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { width } from '../text.js';
import { useTheme } from '../theme_context.js';
import { Lines } from '../widgets/lines.js';

/** The keys that do something now: those of whatever is topmost first, as many as fit. */
export function Footer({ area }: { readonly area: Rectangle }) {
  const scope = useScope();
  const { colours } = useTheme();
  const shown = chooseHints(scope, area.width - 2, useKeysNow());
  const line = shown.flatMap(
    ({ key, label }): Line => [
      { text: key, colour: colours.accent, isBold: true },
      { text: ` ${label}  `, isDim: true },
    ],
  );
  return (
    <Box position="absolute" top={area.y} left={area.x} width={area.width} height={1} paddingX={1}>
      <Lines lines={[line]} />
    </Box>
  );
}

interface ShownHint {
  readonly key: string;
  readonly label: string;
}

/** Of those that do something as many as fit; help, and what ends it all, are always among them. Pure. */
export function chooseHints(
  scope: Scope,
  cells: number,
  { idle = [], labels = {} }: KeysNow = {},
): readonly ShownHint[] {
  const live = footerHints(scope, labels).filter(({ action }) => !idle.includes(action));
  const all = live.map(({ key: name, action, label }) => {
    const key = shownKey(name);
    return { key, label, action, cells: width(key) + 1 + width(label) + 2 };
  });
  const isNeeded = ({ action }: (typeof all)[number]) => action === 'help' || action === 'quit';
  let room = cells - all.filter(isNeeded).reduce((sum, hint) => sum + hint.cells, 0);
  return all.filter((hint) => {
    if (isNeeded(hint)) return true;
    room -= hint.cells;
    return room >= 0;
  });
}
