import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import { useDashboard } from '../dashboard_context.js';
import type { Rectangle } from '../layout.js';
import { useStore } from '../store.js';
import type { ActivityEntry } from '../stores/activity_store.js';
import { fit, width } from '../text.js';
import { useTheme } from '../theme_context.js';
import { levelColour } from './activity_pane.js';

/** How long a notice is to be read, milliseconds. */
export const NOTICE_MS = 8000;
/** Border and blanks on both sides. */
const EDGES = 6;

/** What a person is to be told also where the activity is not to be seen. */
const isNotice = ({ level, isAnswer }: ActivityEntry) => isAnswer || level === 'warning' || level === 'error';

/** The latest notice, for a while, over the lower border of the view that covers the activity. */
export function NoticeLine({ area }: { readonly area: Rectangle }) {
  const { stores } = useDashboard();
  const latest = useStore(stores.activity).findLast(isNotice);
  const { colours, glyphs } = useTheme();
  // What was told before the view came was read in the activity.
  const [readUpTo, setReadUpTo] = useState(latest?.id ?? 0);
  const id = latest?.id ?? 0;
  useEffect(() => {
    if (id <= readUpTo) return;
    const timer = setTimeout(() => setReadUpTo(id), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [id, readUpTo]);
  if (latest === undefined || latest.id <= readUpTo) return null;
  const text = `${glyphs.level[latest.level]} ${latest.text}`;
  const colour = levelColour(latest.level, colours) ?? colours.accent;
  return (
    <Box position="absolute" top={area.y + area.height - 1} left={area.x + 2}>
      <Text bold {...(colour !== undefined && { color: colour })}>
        {` ${fit(text, Math.min(width(text), area.width - EDGES), glyphs.ellipsis)} `}
      </Text>
    </Box>
  );
}
