import { Transform, useIsScreenReaderEnabled } from 'ink';
import { type Line, painted, spoken } from '../line.js';

/**
 * Lines, one below the other. The layout engine is told how many there are and nothing else: what it does with a text (measuring,
 * cleaning, laying out; again for every frame, whatever changed) costs several times as much as putting its cells onto the screen.
 */
export function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const isScreenReader = useIsScreenReaderEnabled();
  const rows = lines.map(painted);
  return (
    <Transform
      transform={(_, i) => rows[i] ?? ''}
      {...(isScreenReader && { accessibilityLabel: lines.map(spoken).filter(Boolean).join('\n') })}
    >
      {lines.map(() => ' ').join('\n')}
    </Transform>
  );
}
