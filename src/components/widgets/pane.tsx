import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Rectangle } from '../layout.js';
import { fit, width } from '../text.js';
import { useTheme } from '../theme_context.js';

/** Cells of the border before the title, and behind the note. */
const CORNER = 2;

/**
 * A bordered rectangle with its title, and a note on the right, in the upper border, and a foot in the lower one. Children have
 * `area.width - 4` by `area.height - 2` cells.
 */
export function Pane(props: {
  readonly area: Rectangle;
  readonly title: string;
  readonly note?: string;
  /** In the lower border; cut where there is no room. */
  readonly foot?: string | undefined;
  readonly isFocused: boolean;
  readonly children: ReactNode;
}) {
  const { area, title, note, foot = '', isFocused, children } = props;
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
      {/* Drawn by the layout engine: a text of line characters would be measured anew for every frame. */}
      <Box
        position="absolute"
        width={area.width}
        height={area.height}
        borderStyle={glyphs.border}
        {...(colour !== undefined && { borderColor: colour })}
      />
      <Heading cells={area.width} title={title} note={note} colour={colour} isFocused={isFocused} />
      <Box flexDirection="column" height={area.height - 2} paddingX={2}>
        {children}
      </Box>
      {foot !== '' && <Foot cells={area.width} text={foot} />}
    </Box>
  );
}

/** Title and note, over the upper border. */
function Heading(props: {
  readonly cells: number;
  readonly title: string;
  readonly note: string | undefined;
  readonly colour: string | undefined;
  readonly isFocused: boolean;
}) {
  const { cells, title, note, colour, isFocused } = props;
  const { glyphs } = useTheme();
  const room = cells - 2 * CORNER;
  const shownTitle = ` ${fit(title, Math.min(width(title), room - 2), glyphs.ellipsis)} `;
  const hasNote = note && width(note) + 3 <= room - width(shownTitle);
  return (
    <Box height={1} paddingX={CORNER} justifyContent="space-between">
      <Text bold={isFocused} {...(colour !== undefined && { color: colour })}>
        {shownTitle}
      </Text>
      {hasNote && <Text dimColor>{` ${note} `}</Text>}
    </Box>
  );
}

/** Over the lower border. */
function Foot({ cells, text }: { readonly cells: number; readonly text: string }) {
  const { glyphs } = useTheme();
  const room = cells - 2 * CORNER - 2;
  return (
    <Box height={1} paddingX={CORNER}>
      <Text dimColor>{` ${fit(text, Math.min(width(text), room), glyphs.ellipsis)} `}</Text>
    </Box>
  );
}
