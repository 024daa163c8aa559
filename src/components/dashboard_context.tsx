import { createContext, useContext } from 'react';
import type { Core } from '../core/face.js';
import type { DashboardHost } from './host.js';
import type { Stores } from './stores/stores.js';
import type { ViewStateAccess } from './view_state.js';

/** What every pane and view works with once a core is open and logged in. */
export interface Dashboard {
  readonly core: Core;
  readonly host: DashboardHost;
  readonly stores: Stores;
  readonly view: ViewStateAccess;
  /** Ends with the dashboard. */
  readonly signal: AbortSignal;
  /** Tells the person something: in the activity strip, and for a while in the view that covers it. */
  tell(level: 'info' | 'warning' | 'error', text: string): void;
}

const DashboardContext = createContext<Dashboard | undefined>(undefined);

export const DashboardProvider = DashboardContext;

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === undefined) throw new Error('used outside of the dashboard');
  return dashboard;
}
