import type { ClientDescription } from './mtproto/requests.js';

/** How tad's file connections introduce themselves: as its other connections do. */
export function describeClient(apiId: number): ClientDescription {
  return {
    apiId,
    deviceModel: 'tad',
    systemVersion: `${process.platform} ${process.version}`,
    appVersion: '0.1',
  };
}
