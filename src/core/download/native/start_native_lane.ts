import type { CoreEmitter } from '../../events.js';
import type { GatewayOptions, TelegramGateway } from '../../telegram/gateway.js';
import { describeClient } from './client_description.js';
import { NativeLane } from './native_lane.js';

/** Answers under way at once: at 50 ms and 1 MB each, 320 MB/s. */
const DEPTH = 16;

/**
 * The native lane with the gateway's keys.
 * @throws TadError `internal` when this machine cannot run it
 */
export function startNativeLane(
  gateway: Pick<TelegramGateway, 'laneCredentials'>,
  options: Pick<GatewayOptions, 'apiId' | 'connectTimeoutMs' | 'requestTimeoutMs'> & {
    /** Another thread answers a person: the lane's comes after it. */
    readonly hasScreen?: boolean;
  },
  events: CoreEmitter,
  signal: AbortSignal,
): Promise<NativeLane> {
  return NativeLane.start(
    {
      credentials: (dcId, waiting, renew) => gateway.laneCredentials(dcId, waiting, renew),
      client: describeClient(options.apiId),
      depth: DEPTH,
      comesLast: options.hasScreen ?? false,
      connectTimeoutMs: options.connectTimeoutMs ?? 15_000,
      requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
      log: (text) => events.emit('notice', { level: 'debug', text }),
      warn: (text) => events.emit('notice', { level: 'warning', text }),
    },
    signal,
  );
}
