import type { CatalogueChat, CatalogueMessage } from '../catalogue/catalogue.js';
import { homeDcOf } from './authorisation.js';
import { isMember } from './peers.js';
import { isChannel } from './rows.js';
import { encodeObject } from './tl/writer.js';
import { newMessageUpdates } from './updates.js';
import type { World } from './world.js';

/**
 * A new music message appears in the chat, and everybody who is logged in and sees the chat is told: updates are pushed
 * on the account's own data centre (https://core.telegram.org/api/updates).
 */
export function postMessage(world: World, chat: CatalogueChat): CatalogueMessage {
  const channel = isChannel(chat);
  const channelBox = channel ? world.updates.ofChannel(chat) : undefined;
  const message = world.catalogue.post(chat);
  const channelEvent = channelBox?.add(chat, message.id);
  for (const user of world.catalogue.users) {
    if (user.phone === undefined || !isMember({ world, userId: user.id }, chat)) continue;
    const { pts } = channelEvent ?? world.updates.ofAccount(user.id).add(chat, message.id);
    const kind = channel ? 'updateNewChannelMessage' : 'updateNewMessage';
    for (const { dcId, authKeyId, layer } of world.logins.keysOf(user.id)) {
      if (dcId !== homeDcOf(user)) continue;
      const updates = newMessageUpdates({ world, userId: user.id }, chat, message, pts, kind);
      world.pusher.push(authKeyId, encodeObject(updates, layer));
    }
  }
  return message;
}
