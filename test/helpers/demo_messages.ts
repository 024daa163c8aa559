import type { DemoListening, DemoReport } from '../../src/demo/server.js';

/** What the parent of a demo process asks. Ids of accounts and chats are decimal. */
export type DemoCall =
  | { readonly name: 'loginReady'; readonly userId: string }
  | { readonly name: 'post'; readonly kind: 'user' | 'group' | 'channel'; readonly id: string }
  | { readonly name: 'report' }
  | { readonly name: 'dropConnections' };

/** Keys are base64. */
export interface ReadyLoginMessage {
  readonly homeDcId: number;
  readonly authKeys: readonly (readonly [number, string])[];
}

export interface Request {
  readonly id: number;
  readonly call: DemoCall;
}

/** Id 0 is the first message: where the server listens. */
export interface Reply {
  readonly id: number;
  readonly value: DemoListening | DemoReport | ReadyLoginMessage | number | null;
}
