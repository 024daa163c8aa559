import { Api } from 'telegram';
import { cleanText } from '../clean.js';
import type { ChatKind } from '../types.js';
import { idOfInputPeer } from './peers.js';

/** What decides whether a chat is in a folder. */
export interface FolderCandidate {
  readonly id: string;
  readonly kind: ChatKind;
  readonly contact: boolean;
  readonly muted: boolean;
  readonly unread: boolean;
  readonly archived: boolean;
}

/** One of the account's folders, as a rule (https://core.telegram.org/api/folders). */
export interface Folder {
  readonly title: string;
  has(candidate: FolderCandidate): boolean;
}

export const ARCHIVE_TITLE = 'Archive';

/** @param selfId the account's own id, for Saved Messages in a folder */
export function readFolder(filter: Api.TypeDialogFilter, selfId: string): Folder | undefined {
  if (filter instanceof Api.DialogFilterDefault) return undefined;
  const title = cleanText(filter.title.text);
  const ids = (peers: readonly Api.TypeInputPeer[]) =>
    new Set(peers.map((peer) => (peer instanceof Api.InputPeerSelf ? selfId : idOfInputPeer(peer))));
  const included = ids([...filter.pinnedPeers, ...filter.includePeers]);
  if (filter instanceof Api.DialogFilterChatlist) return { title, has: ({ id }) => included.has(id) };
  const excluded = ids(filter.excludePeers);
  return {
    title,
    has: (candidate) => {
      if (included.has(candidate.id)) return true;
      if (excluded.has(candidate.id) || !hasCategory(filter, candidate)) return false;
      if (filter.excludeMuted && candidate.muted) return false;
      if (filter.excludeRead && !candidate.unread) return false;
      return !(filter.excludeArchived && candidate.archived);
    },
  };
}

function hasCategory(filter: Api.DialogFilter, { kind, contact }: FolderCandidate): boolean {
  if (kind === 'bot') return filter.bots ?? false;
  if (kind === 'channel') return filter.broadcasts ?? false;
  if (kind === 'user') return (contact ? filter.contacts : filter.nonContacts) ?? false;
  if (kind === 'saved') return filter.contacts ?? false;
  return filter.groups ?? false;
}
