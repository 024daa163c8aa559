import { type ErrorCode, EXIT_CODES } from '../core/errors.js';
import type { RunSummary } from '../core/events.js';

/** Exit codes that say more than "some items failed", the most telling first. */
const TELLING = [EXIT_CODES['disk-full'], EXIT_CODES['login-required']];

/** Of a run that went to its end: 0, or why its items failed. */
export function runExitCode(summary: RunSummary, failures: ReadonlySet<ErrorCode>): number {
  if (summary.failed === 0) return 0;
  const codes = new Set([...failures].map((code) => EXIT_CODES[code]));
  for (const code of TELLING) if (codes.has(code)) return code;
  // Unreachable for every one of them is no matter of single files.
  const unreachable = EXIT_CODES.unreachable;
  return codes.size === 1 && codes.has(unreachable) && summary.completed === 0 ? unreachable : 1;
}
