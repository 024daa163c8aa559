import { TadError } from '../errors.js';
import type { Library } from '../library/library.js';
import type { TelegramGateway } from '../telegram/gateway.js';
import type { FileLocation } from '../types.js';
import { type PersistOptions, persist } from './policies/persist.js';
import type { Transfer } from './queue/transfer.js';

export interface FreshLocationOptions
  extends Pick<PersistOptions, 'clock' | 'random' | 'dataCentre' | 'signal'> {
  readonly gateway: Pick<TelegramGateway, 'refresh'>;
  readonly library: Pick<Library, 'updateLocation'>;
}

/**
 * Asks for the message again, as long as it takes, and remembers where its file is now.
 * @throws TadError `not-found` when the message is gone or carries another file; `cancelled`
 */
export async function freshLocation(
  transfer: Transfer,
  { gateway, library, ...policies }: FreshLocationOptions,
): Promise<FileLocation> {
  const { message, documentId, totalBytes } = transfer;
  const location = await persist({ ...policies, isAnswer: true }, () =>
    gateway.refresh(message, policies.signal),
  );
  if (location.size !== totalBytes || location.documentId !== documentId) {
    throw new TadError('not-found', 'the message now carries another file');
  }
  library.updateLocation(documentId, location);
  transfer.message = { ...message, location };
  return location;
}
