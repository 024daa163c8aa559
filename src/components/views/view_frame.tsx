import type { ReactNode } from 'react';
import type { Rectangle } from '../layout.js';
import { Pane } from '../widgets/pane.js';

/** What every full-screen view gets. */
export interface ViewProps {
  readonly area: Rectangle;
  readonly onBack: () => void;
}

/** A view that fills the body of the screen. */
export function ViewFrame(props: {
  readonly area: Rectangle;
  readonly title: string;
  readonly note?: string;
  readonly foot?: string;
  readonly children: ReactNode;
}) {
  return <Pane isFocused {...props} />;
}
