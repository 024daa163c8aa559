import { Box, Text } from 'ink';
import { footerBindings, type Scope, shownKey } from '../keys.js';
import type { Rectangle } from '../layout.js';
import { width } from '../text.js';
import { useTheme } from '../theme_context.js';

/** The keys that do something now: those of the pane or view first, as many as fit. */
export function Footer({ area, scope }: { readonly area: Rectangle; readonly scope: Scope }) {
  const { colours } = useTheme();
  const shown: { readonly key: string; readonly label: string }[] = [];
  let taken = 0;
  for (const { keys, label = '' } of footerBindings(scope)) {
    const key = shownKey(keys[0] ?? '');
    const cells = width(key) + 1 + width(label) + 2;
    if (taken + cells > area.width - 2) break;
    taken += cells;
    shown.push({ key, label });
  }
  return (
    <Box position="absolute" top={area.y} left={area.x} width={area.width} height={1} paddingX={1}>
      <Text wrap="truncate">
        {shown.map(({ key, label }) => (
          <Text key={`${key}${label}`}>
            <Text bold {...(colours.accent !== undefined && { color: colours.accent })}>
              {key}
            </Text>
            <Text dimColor> {label} </Text>
          </Text>
        ))}
      </Text>
    </Box>
  );
}
