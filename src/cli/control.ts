import { byteText } from '../core/byte_text.js';
import type { RunningStatus } from '../core/control/protocol.js';
import type { TransferSnapshot, TransferState } from '../core/types.js';
import type { Action } from './command.js';
import { columns, count, formatDuration, formatRate, whyHeld } from './format.js';
import { record } from './records.js';
import { connectRunning } from './running.js';

function transferRow(transfer: TransferSnapshot, now: number): string[] {
  const share = transfer.totalBytes > 0 ? Math.floor((100 * transfer.bytes) / transfer.totalBytes) : 0;
  const told =
    transfer.state === 'active' ? formatRate(transfer.bytesPerSecond) : (whyHeld(transfer, now) ?? '');
  return [transfer.documentId, transfer.state, `${share}%`, told, transfer.fileName];
}

/** Counted, not listed: there is nothing to wait for. */
const ENDED: ReadonlySet<TransferState> = new Set(['completed', 'skipped', 'failed', 'cancelled']);
/** At most this many of the others are listed; the rest is counted. */
const LISTED = 30;

/** @param now Unix time, milliseconds */
export function statusLines(status: RunningStatus, now: number): string[] {
  const { account, connection, transfers, queued, completed, skipped, failed, bytes, bytesPerSecond } =
    status;
  const lines = [
    `account     ${account === undefined ? '-' : account.name}, ${connection}${status.paused ? ', paused' : ''}`,
    `running     ${formatDuration(status.process.uptimeSeconds)} (process ${status.process.pid})`,
    `files       ${count(completed, 'downloaded', 'downloaded')}, ${queued} queued, ${skipped} there already, ${failed} failed`,
    `bytes       ${byteText(bytes)}, now ${formatRate(bytesPerSecond)}`,
    `limit       ${status.rateLimit === undefined ? 'none' : formatRate(status.rateLimit)}`,
    `memory      ${byteText(status.memory.usedBytes)} of ${byteText(status.memory.budgetBytes)} (${status.memory.level})`,
  ];
  const listed = transfers.filter(({ state }) => !ENDED.has(state)).slice(0, LISTED);
  const more = status.underWay + queued - listed.length;
  if (listed.length > 0)
    lines.push(
      '',
      ...columns([
        ['DOCUMENT', 'STATE', 'DONE', '', 'FILE'],
        ...listed.map((transfer) => transferRow(transfer, now)),
      ]),
    );
  if (more > 0) lines.push(`and ${more.toLocaleString('en-US')} more`);
  return lines;
}

export const status: Action = async (call) => {
  const { io, settings, signal } = call;
  using client = await connectRunning(call);
  const found = await client.call('status', {}, signal);
  if (settings.get('json')) io.stdout.line(record(io.now(), 'status', found));
  else for (const line of statusLines(found, io.now())) io.stdout.line(line);
  return 0;
};

function control(method: 'pause' | 'resume', done: string): Action {
  return async (call) => {
    const { io, settings, args, signal } = call;
    const [id] = args;
    using client = await connectRunning(call);
    await client.call(method, id === undefined ? {} : { id }, signal);
    if (settings.get('json')) io.stdout.line(record(io.now(), method, { documentId: id }));
    else if (!settings.get('quiet')) io.stdout.line(`${done} ${id ?? 'all transfers'}`);
    return 0;
  };
}

export const pause = control('pause', 'paused');
export const resume = control('resume', 'resumed');
