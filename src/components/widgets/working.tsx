import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import Spinner from 'ink-spinner';
import { useTheme } from '../theme_context.js';

/** Cells that it takes. */
export const WORKING = 2;

/**
 * Turns, for as long as somebody has to wait for what stands beside it. It costs twelve frames a second: nothing that may take long,
 * or beside which files are fetched, has one.
 */
export function Working() {
  const { colours, glyphs } = useTheme();
  // Read aloud, it would be nothing but noise.
  if (useIsScreenReaderEnabled()) return null;
  return (
    <Box width={WORKING} flexShrink={0}>
      <Text {...(colours.accent !== undefined && { color: colours.accent })}>
        <Spinner type={glyphs.spinner} />
      </Text>
    </Box>
  );
}
