import type { Settings } from '../core/config/resolve.js';

/** What Telegram asks every program for (https://core.telegram.org/api/obtaining_api_id). */
export interface ApiCredentials {
  readonly apiId: number;
  readonly apiHash: string;
}

/** Servers other than Telegram's own do not look at them. */
const ANY: ApiCredentials = { apiId: 1, apiHash: '0'.repeat(32) };

/** As the options have them; undefined when they are missing and needed. */
export function knownCredentials(settings: Settings): ApiCredentials | undefined {
  const apiId = settings.get('api-id');
  const apiHash = settings.get('api-hash');
  if (apiId !== undefined && apiHash !== undefined) return { apiId, apiHash };
  return settings.get('server') === undefined ? undefined : ANY;
}
