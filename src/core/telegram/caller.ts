import type { Api } from 'telegram';

export interface CallOptions {
  /** `throw`: the caller tells the person itself that Telegram asks to wait. Default: by the flood policy. */
  readonly floods?: 'wait' | 'throw';
  /** It may be made twice, and takes Telegram no time: a lost answer is missed after seconds. */
  readonly isPrompt?: boolean;
}

/** Makes one API call on the account's own data centre. The part of the link that the others need. */
export interface Caller {
  /** @throws TadError, every one mapped; FloodWaitError only when it asks for more than the policy grants */
  call<R extends Api.AnyRequest>(
    request: R,
    signal: AbortSignal,
    options?: CallOptions,
  ): Promise<R['__response']>;
}
