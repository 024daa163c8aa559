import { Api } from 'telegram';
import { cleanNumber, cleanOptional, cleanText } from '../clean.js';
import type { Account } from '../face.js';
import type { Chat, ChatKind } from '../types.js';
import { markedId } from './peer_id.js';

/** What a dialog adds to the chat itself. */
export interface DialogFacts {
  readonly folders: readonly string[];
  readonly pinned: boolean;
  readonly lastMessageDate?: number;
}

const NO_FACTS: DialogFacts = { folders: [], pinned: false };

/** A user or chat of Telegram's as a plain row; undefined for what can no longer be read at all. */
export function chatRow(
  entity: Api.TypeUser | Api.TypeChat,
  facts: DialogFacts = NO_FACTS,
): Chat | undefined {
  if (entity instanceof Api.User) return userRow(entity, facts);
  if (entity instanceof Api.Chat) {
    // An upgraded group lives on as a supergroup, which is in the list as well.
    if (entity.migratedTo || entity.deactivated) return undefined;
    return row('group', markedId('group', entity.id.toString()), entity.title, facts, {
      memberCount: entity.participantsCount,
    });
  }
  if (entity instanceof Api.ChatForbidden) {
    return row('group', markedId('group', entity.id.toString()), entity.title, facts, {});
  }
  if (entity instanceof Api.Channel || entity instanceof Api.ChannelForbidden)
    return channelRow(entity, facts);
  return undefined;
}

/** The account itself, as shown to its owner. */
export function accountRow(user: Api.User): Account {
  const username = usernameOf(user);
  const phone = cleanOptional(user.phone, 32);
  return {
    id: user.id.toString(),
    name: nameOf(user),
    premium: user.premium ?? false,
    ...(username === undefined ? {} : { username }),
    ...(phone === undefined ? {} : { phone }),
  };
}

function userRow(user: Api.User, facts: DialogFacts): Chat {
  const kind: ChatKind = user.self ? 'saved' : user.bot ? 'bot' : 'user';
  return row(kind, user.id.toString(), user.self ? 'Saved Messages' : nameOf(user), facts, {
    username: user.self ? undefined : usernameOf(user),
    accessHash: user.accessHash?.toString(),
  });
}

function channelRow(channel: Api.Channel | Api.ChannelForbidden, facts: DialogFacts): Chat {
  const open = channel instanceof Api.Channel ? channel : undefined;
  const kind: ChatKind = open?.forum
    ? 'forum'
    : channel.megagroup || open?.gigagroup
      ? 'supergroup'
      : 'channel';
  return row(kind, markedId('channel', channel.id.toString()), channel.title, facts, {
    username: open === undefined ? undefined : usernameOf(open),
    accessHash: channel.accessHash?.toString(),
    memberCount: open?.participantsCount,
  });
}

interface Extras {
  readonly username?: string | undefined;
  readonly accessHash?: string | undefined;
  readonly memberCount?: number | undefined | null;
}

function row(kind: ChatKind, id: string, title: string, facts: DialogFacts, extras: Extras): Chat {
  const memberCount = cleanNumber(extras.memberCount, 0, 1e9);
  return {
    id,
    kind,
    title: cleanOptional(title) ?? id,
    folders: facts.folders,
    pinned: facts.pinned,
    ...(extras.username === undefined ? {} : { username: extras.username }),
    ...(extras.accessHash === undefined ? {} : { accessHash: extras.accessHash }),
    ...(memberCount === undefined ? {} : { memberCount }),
    ...(facts.lastMessageDate === undefined ? {} : { lastMessageDate: facts.lastMessageDate }),
  };
}

function nameOf(user: Api.User): string {
  if (user.deleted) return 'Deleted Account';
  const name = cleanText([user.firstName, user.lastName].filter(Boolean).join(' '));
  return name || usernameOf(user) || user.id.toString();
}

/** The first active one (https://core.telegram.org/api/invites#public-usernames). */
function usernameOf(entity: Api.User | Api.Channel): string | undefined {
  const active = entity.usernames?.find((name) => name.active && name.username);
  return cleanOptional(entity.username ?? active?.username, 64);
}
