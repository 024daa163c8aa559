import { Box, Text } from 'ink';
import { footerBindings, type Scope, shownKey } from '../keys.js';
import type { Rectangle } from '../layout.js';
import { width } from '../text.js';
import { useTheme } from '../theme_context.js';

/** The keys that do something now: those of the pane or view first, as many as fit. */
export function Footer({ area, scope }: { readonly area: Rectangle; readonly scope: Scope }) {
  const { colours } = useTheme();
  const shown = chooseHints(scope, area.width - 2);
  return (
    <Box position="absolute" top={area.y} left={area.x} width={area.width} height={1} paddingX={1}>
      <Text wrap="truncate">
        {shown.map(({ key, label }) => (
          <Text key={`${key}${label}`}>
            <Text bold {...(colours.accent !== undefined && { color: colours.accent })}>
              {key}
            </Text>
            <Text dimColor>{` ${label}  `}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  );
}

interface Hint {
  readonly key: string;
  readonly label: string;
}

/** As many as fit; help, and what ends it all, are always among them. Pure. */
export function chooseHints(scope: Scope, cells: number): readonly Hint[] {
  const all = footerBindings(scope).map(({ action, keys, label = '' }) => {
    const key = shownKey(keys[0] ?? '');
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
