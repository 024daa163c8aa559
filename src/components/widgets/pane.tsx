import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Rectangle } from '../layout.js';
import { fit, width } from '../text.js';
import { useTheme } from '../theme_context.js';

const LINES = {
  round: { topLeft: '╭', topRight: '╮', horizontal: '─' },
  classic: { topLeft: '+', topRight: '+', horizontal: '-' },
} as const;

/**
 * A bordered rectangle with its title, and a note on the right, in the upper border. Children have `area.width - 4` by
 * `area.height - 2` cells.
 */
export function Pane(props: {
  readonly area: Rectangle;
  readonly title: string;
  readonly note?: string;
  readonly isFocused: boolean;
  readonly children: ReactNode;
}) {
  const { area, title, note, isFocused, children } = props;
  const { colours, glyphs } = useTheme();
  const colour = isFocused ? colours.focus : colours.border;
  return (
    <Box
      position="absolute"
      top={area.y}
      left={area.x}
      width={area.width}
      height={area.height}
      flexDirection="column"
    >
      <UpperBorder cells={area.width} title={title} note={note} colour={colour} isFocused={isFocused} />
      <Box
        width={area.width}
        height={area.height - 1}
        borderStyle={glyphs.border}
        borderTop={false}
        paddingX={1}
        flexDirection="column"
        {...(colour !== undefined && { borderColor: colour })}
      >
        {children}
      </Box>
    </Box>
  );
}

function UpperBorder(props: {
  readonly cells: number;
  readonly title: string;
  readonly note: string | undefined;
  readonly colour: string | undefined;
  readonly isFocused: boolean;
}) {
  const { cells, title, note, colour, isFocused } = props;
  const { glyphs } = useTheme();
  const { topLeft, topRight, horizontal } = LINES[glyphs.border];
  const shownTitle = ` ${fit(title, Math.min(width(title), cells - 6), glyphs.ellipsis)} `;
  const room = cells - 4 - width(shownTitle);
  const shownNote = note && width(note) + 3 <= room ? ` ${note} ` : '';
  const line = horizontal.repeat(Math.max(0, room - width(shownNote)));
  const paint = colour === undefined ? {} : { color: colour };
  return (
    <Text wrap="truncate">
      <Text aria-hidden {...paint}>
        {topLeft + horizontal}
      </Text>
      <Text bold={isFocused} {...paint}>
        {shownTitle}
      </Text>
      <Text aria-hidden {...paint}>
        {line}
      </Text>
      <Text dimColor>{shownNote}</Text>
      <Text aria-hidden {...paint}>
        {horizontal + topRight}
      </Text>
    </Text>
  );
}
