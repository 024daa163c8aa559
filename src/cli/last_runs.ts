import { existsSync } from 'node:fs';
import { byteText } from '../core/byte_text.js';
import { toTadError } from '../core/errors.js';
import { openLibrary } from '../core/library/library.js';
import type { RunRecord } from '../core/library/run_store.js';
import type { Call } from './command.js';
import { columns, count, formatDuration, formatRate } from './format.js';
import { record } from './records.js';

/** So many fit under a report. */
const SHOWN = 5;

/** What the profile's library says of the last runs, newest first, whether a tad runs or not. A library that cannot be read is told of. */
export function lastRuns({ home, io }: Call): readonly RunRecord[] {
  if (!existsSync(home.libraryFile)) return [];
  try {
    using library = openLibrary({ file: home.libraryFile });
    return library.runs.recent(SHOWN);
  } catch (error) {
    io.stderr.line(`tad: the last runs cannot be read: ${toTadError(error).message}`);
    return [];
  }
}

/** @param aliveSince Unix seconds: what began after that and has no end is under way */
export function lastRunLines(runs: readonly RunRecord[], aliveSince = Infinity): string[] {
  if (runs.length === 0) return [];
  return ['Last runs', ...columns(runs.map((run) => row(run, aliveSince)))];
}

/** One line of NDJSON. */
export function lastRunRecord({ summary, ...run }: RunRecord, now: number): string {
  return record(now, 'run', { ...run, ...summary });
}

function row({ startedAt, targets, summary }: RunRecord, aliveSince: number): string[] {
  const [first = '', ...others] = targets;
  const asked = others.length === 0 ? first : `${first} and ${others.length} more`;
  const begun = [`  ${localTime(startedAt)}`, asked];
  if (summary === undefined) return [...begun, startedAt >= aliveSince ? 'under way' : 'interrupted'];
  const { completed, failed, bytes, seconds, bytesPerSecond, peakRssBytes } = summary;
  return [
    ...begun,
    count(completed, 'file') + (failed === 0 ? '' : `, ${failed} failed`),
    byteText(bytes),
    formatDuration(seconds),
    formatRate(bytesPerSecond),
    `${byteText(peakRssBytes)} of memory at most`,
  ];
}

/** `2026-11-27 18:05`, as the clock on the wall says. */
function localTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString('sv-SE').slice(0, 16);
}
