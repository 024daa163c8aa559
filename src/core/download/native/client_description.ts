import type { ClientDescription } from './mtproto/requests.js';

/** How tad's file connections introduce themselves; shown to the account's owner under "active sessions". */
export function describeClient(apiId: number): ClientDescription {
  return {
    apiId,
    deviceModel: `tad (${arch()})`,
    systemVersion: `${type()} ${release()}`,
    appVersion: '0.1',
  };
}
