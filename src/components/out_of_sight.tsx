import { Box } from 'ink';
import { createContext, type ReactNode, useContext } from 'react';

const OutOfSightContext = createContext(false);

/** Whether nobody sees what asks: then no key is meant for it. */
export const useIsOutOfSight = (): boolean => useContext(OutOfSightContext);

/**
 * What it holds is neither drawn nor hears keys while the terminal is too small for it, and is otherwise left alone: texts that were
 * typed, logins and dialogs under way, and what was told since the start are all there when the terminal is large again.
 */
export function OutOfSight({ when, children }: { readonly when: boolean; readonly children: ReactNode }) {
  return (
    <OutOfSightContext value={when}>
      <Box display={when ? 'none' : 'flex'}>{children}</Box>
    </OutOfSightContext>
  );
}
