import type { TransferState } from '../../core/types.js';
import type { KeysNow } from '../input.js';
import type { Action } from '../key_table.js';

/** What the keys of the downloads do for a row in this state; undefined where there is no row. Pure. */
export function keysFor(
  state: TransferState | undefined,
  all: {
    /** Everything is paused. */
    readonly isPaused: boolean;
    /** Work stopped before it had a row. */
    readonly mayTryAgain: boolean;
  },
): KeysNow {
  const { idle, labels } = ofRow(state, all.isPaused);
  return {
    idle: all.mayTryAgain ? idle.filter((action) => action !== 'retry') : idle,
    labels: all.isPaused ? { ...labels, 'pause-all': 'resume all' } : labels,
  };
}

function ofRow(
  state: TransferState | undefined,
  isPaused: boolean,
): { readonly idle: readonly Action[]; readonly labels: Readonly<Partial<Record<Action, string>>> } {
  switch (state) {
    case undefined:
      return { idle: ['enter', 'pause', 'cancel', 'retry'], labels: {} };
    case 'failed':
    case 'cancelled':
      return { idle: ['pause'], labels: { cancel: 'remove' } };
    case 'completed':
    case 'skipped':
      return { idle: ['pause', 'retry'], labels: { cancel: 'remove' } };
    case 'queued':
      return { idle: isPaused ? ['pause', 'retry'] : ['retry'], labels: { earlier: 'up', later: 'down' } };
    case 'paused':
      return isPaused
        ? { idle: ['pause', 'retry'], labels: {} }
        : { idle: ['retry'], labels: { pause: 'resume' } };
    case 'active':
    case 'waiting':
      return { idle: isPaused ? ['pause', 'retry'] : ['retry'], labels: {} };
  }
}
