import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import { expect, it } from 'vitest';
import { type FolderCandidate, readFolder } from '../../../src/core/telegram/folders.js';

const title = new Api.TextWithEntities({ text: 'My\u202e folder', entities: [] });
const channel = (id: number) =>
  new Api.InputPeerChannel({ channelId: returnBigInt(id), accessHash: returnBigInt(1) });

function folder(fields: Partial<Api.DialogFilter>) {
  const filter = new Api.DialogFilter({
    id: 2,
    title,
    pinnedPeers: [],
    includePeers: [],
    excludePeers: [],
    ...fields,
  });
  return readFolder(filter, '77')!;
}

const candidate = (fields: Partial<FolderCandidate> = {}): FolderCandidate => ({
  id: '-1001547604211',
  kind: 'channel',
  contact: false,
  muted: false,
  unread: true,
  archived: false,
  ...fields,
});

it('has the chats that are named, and a clean title', () => {
  const some = folder({ pinnedPeers: [channel(1547604211)], includePeers: [new Api.InputPeerSelf()] });
  expect(some.title).toBe('My folder');
  expect(some.has(candidate())).toBe(true);
  expect(some.has(candidate({ id: '77', kind: 'saved' }))).toBe(true);
  expect(some.has(candidate({ id: '-1001547604212' }))).toBe(false);
});

it.each<[Partial<Api.DialogFilter>, Partial<FolderCandidate>, boolean]>([
  [{ broadcasts: true }, {}, true],
  [{ groups: true }, {}, false],
  [{ groups: true }, { kind: 'forum' }, true],
  [{ groups: true }, { kind: 'group' }, true],
  [{ bots: true }, { kind: 'bot' }, true],
  [{ contacts: true }, { kind: 'user', contact: true }, true],
  [{ contacts: true }, { kind: 'user' }, false],
  [{ nonContacts: true }, { kind: 'user' }, true],
  [{ broadcasts: true, excludePeers: [channel(1547604211)] }, {}, false],
  [{ broadcasts: true, excludeMuted: true }, { muted: true }, false],
  [{ broadcasts: true, excludeRead: true }, { unread: false }, false],
  [{ broadcasts: true, excludeArchived: true }, { archived: true }, false],
  [{ broadcasts: true, excludeArchived: true }, {}, true],
])('%j and %j: %s', (fields, chat, expected) => {
  expect(folder(fields).has(candidate(chat))).toBe(expected);
});

it('knows shared folders, and that "all chats" is none', () => {
  const shared = new Api.DialogFilterChatlist({
    id: 3,
    title,
    pinnedPeers: [],
    includePeers: [channel(1547604211)],
  });
  expect(readFolder(shared, '77')?.has(candidate())).toBe(true);
  expect(readFolder(new Api.DialogFilterDefault(), '77')).toBeUndefined();
});
