import type { CoreEvents, MemoryFigures } from '../core/events.js';
import type { AnyEvent } from '../core/memory/typed_emitter.js';
import type { TransferSnapshot } from '../core/types.js';
import { record } from './records.js';

function transferFields(transfer: TransferSnapshot): object {
  const { chatId, messageId, documentId, fileName, path, bytes, totalBytes, bytesPerSecond } = transfer;
  const { state, reason, until, since, secondsLeft, sha256 } = transfer;
  const rate = Math.round(bytesPerSecond);
  return {
    chatId,
    messageId,
    documentId,
    fileName,
    path,
    state,
    bytes,
    totalBytes,
    bytesPerSecond: rate,
    secondsLeft: secondsLeft === undefined ? undefined : Math.round(secondsLeft),
    reason,
    until,
    since,
    sha256,
  };
}

function memoryFields(figures: MemoryFigures): object {
  const { rssBytes, heapUsedBytes, externalBytes, usedBytes, retainedBytes, budgetBytes, limitBytes } =
    figures;
  const { level, loopDelaySeconds, collections } = figures;
  return {
    rssBytes,
    heapUsedBytes,
    externalBytes,
    usedBytes,
    retainedBytes,
    budgetBytes,
    limitBytes,
    level,
    loopDelaySeconds,
    collections,
  };
}

function fieldsOf({ name, payload }: AnyEvent<CoreEvents>): object | undefined {
  switch (name) {
    case 'chat.list':
      // `tad chats --json` prints chats one a line; a run does not.
      return undefined;
    case 'transfer.failed':
      return { ...transferFields(payload), code: payload.error.code };
    case 'transfer.queued':
    case 'transfer.started':
    case 'transfer.progress':
    case 'transfer.completed':
    case 'transfer.skipped':
    case 'transfer.changed':
      return transferFields(payload);
    case 'memory.sample':
    case 'memory.warning':
    case 'memory.critical':
    case 'memory.recovered':
      return memoryFields(payload);
    case 'memory.cleanup': {
      const { reason, before, after, freedBytes, steps, seconds } = payload;
      return { ...memoryFields(after), before: memoryFields(before), reason, freedBytes, steps, seconds };
    }
    case 'run.summary':
      return { ...payload, bytesPerSecond: Math.round(payload.bytesPerSecond) };
    default:
      return payload;
  }
}

/** An event as a line of the NDJSON contract (DESIGN section 4); undefined for one that is no part of it. */
export function eventRecord(event: AnyEvent<CoreEvents>, now: number, more: object = {}): string | undefined {
  const fields = fieldsOf(event);
  return fields === undefined ? undefined : record(now, event.name, { ...fields, ...more });
}
