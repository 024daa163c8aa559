import { Api } from 'telegram';
import type { AudioMessage } from '../types.js';
import { audioRow } from './audio_rows.js';

/** The audio messages that a pushed Updates object brings (https://core.telegram.org/api/updates). */
export function newAudioOf(update: unknown): readonly AudioMessage[] {
  const updates =
    update instanceof Api.Updates || update instanceof Api.UpdatesCombined
      ? update.updates
      : update instanceof Api.UpdateShort
        ? [update.update]
        : [];
  return updates.flatMap((one) => {
    const isNew = one instanceof Api.UpdateNewMessage || one instanceof Api.UpdateNewChannelMessage;
    const row = isNew ? audioRow(one.message) : undefined;
    return row ? [row] : [];
  });
}

/** Whether somebody has just scanned our QR code. https://core.telegram.org/constructor/updateLoginToken */
export function hasLoginToken(update: unknown): boolean {
  if (update instanceof Api.UpdateShort) return update.update instanceof Api.UpdateLoginToken;
  if (update instanceof Api.Updates || update instanceof Api.UpdatesCombined) {
    return update.updates.some((one) => one instanceof Api.UpdateLoginToken);
  }
  return false;
}
