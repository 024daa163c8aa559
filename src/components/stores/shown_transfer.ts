import type { TransferSnapshot } from '../../core/types.js';

/** While everything is paused, each transfer waits for that: shown as paused, which needs no reason. */
export function asShown(transfer: TransferSnapshot): TransferSnapshot {
  if (transfer.state !== 'waiting' || transfer.reason !== 'paused') return transfer;
  const { reason: _, ...rest } = transfer;
  return { ...rest, state: 'paused' };
}
