import type { TadError } from '../core/errors.js';
import type { Io } from './io.js';
import { record } from './records.js';

const told = new WeakSet<TadError>();

/** Says in NDJSON why a call ends; once, for a run says it before its summary and the call would say it again. */
export function recordError(io: Io, error: TadError): void {
  if (told.has(error)) return;
  told.add(error);
  const { code, message, hint } = error;
  io.stdout.line(record(io.now(), 'error', { code, message, hint }));
}
