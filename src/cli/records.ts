/** One line of NDJSON: `time` (ISO 8601), `event`, then its fields. */
export function record(now: number, event: string, fields: object): string {
  return JSON.stringify({ time: new Date(now).toISOString(), event, ...fields });
}
