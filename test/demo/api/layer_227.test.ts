import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TlBinaryReader, type TlReaderMap } from '@mtcute/tl-runtime';
import { beforeAll, expect, test } from 'vitest';
import { postMessage } from '../../../src/demo/api/posting.js';
import type { TlObject } from '../../../src/demo/api/tl/value.js';
import { encodeObject } from '../../../src/demo/api/tl/writer.js';
import type { CatalogueChat } from '../../../src/demo/catalogue/catalogue.js';
import { Bench, type Caller } from './bench.js';

/** Answers to a client of a newer layer, read by the tables of one: @mtcute/core's, which are not among its exports. */
const TABLES = join(import.meta.dirname, '../../../node_modules/@mtcute/core/tl/binary/reader.js');
const LAYER = 227;

let tables: TlReaderMap;

beforeAll(async () => {
  const loaded: { __tlReaderMap: TlReaderMap } = await import(pathToFileURL(TABLES).href);
  tables = loaded.__tlReaderMap;
});

const bench = new Bench();
const caller = bench.caller();
const channel = (chat: CatalogueChat) => ({ channel_id: chat.id, access_hash: chat.accessHash });
const radio = bench.catalogue.chatByUsername('night_ferry_radio')!;
const vinyl = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
const forum = bench.catalogue.chatByUsername('studio_forum')!;
const group = bench.catalogue.allChats().find(({ kind }) => kind === 'group')!;
const invited = bench.catalogue.allChats().find(({ inviteHash }) => inviteHash !== undefined)!;
const peer = (chat: CatalogueChat) => ({ _: 'inputPeerChannel', ...channel(chat) });
const input = (chat: CatalogueChat) => ({ _: 'inputChannel', ...channel(chat) });
const zeros = { offset_id: 0, offset_date: 0, add_offset: 0, limit: 100, max_id: 0, min_id: 0, hash: 0n };
const search = { q: '', filter: { _: 'inputMessagesFilterEmpty' }, min_date: 0, max_date: 0, ...zeros };
const { offset_date: _, ...searchFields } = search;
const self = { _: 'inputPeerSelf' };
const location = () => {
  const document = radio.message(radio.ids('music').at(0))!.document!;
  return {
    _: 'inputDocumentFileLocation',
    id: document.id,
    access_hash: document.accessHash,
    file_reference: bench.world.files.references.issue(document.id),
    thumb_size: 'm',
    dc: document.dcId,
  };
};

async function ask(request: TlObject, by: Caller = caller): Promise<unknown> {
  const answer = await by.raw(encodeObject(request, LAYER), { ...by.context, layer: LAYER });
  const reader = new TlBinaryReader(tables, answer);
  const value: unknown = reader.object();
  expect(reader.pos, 'bytes left over').toBe(answer.length);
  return value;
}

const requests: readonly (TlObject & { readonly answer: string })[] = [
  { _: 'help.getConfig', answer: 'config' },
  { _: 'help.getNearestDc', answer: 'nearestDc' },
  { _: 'account.getPassword', answer: 'account.password' },
  { _: 'updates.getState', answer: 'updates.state' },
  { _: 'updates.getDifference', pts: 1, date: 0, qts: 0, answer: 'updates.differenceEmpty' },
  {
    _: 'messages.getDialogs',
    offset_date: 0,
    offset_id: 0,
    offset_peer: { _: 'inputPeerEmpty' },
    limit: 100,
    hash: 0n,
    answer: 'messages.dialogs',
  },
  {
    _: 'messages.getDialogs',
    offset_date: 0,
    offset_id: 0,
    offset_peer: { _: 'inputPeerEmpty' },
    limit: 3,
    hash: 0n,
    answer: 'messages.dialogsSlice',
  },
  { _: 'messages.getPinnedDialogs', folder_id: 0, answer: 'messages.peerDialogs' },
  { _: 'messages.getDialogFilters', answer: 'messages.dialogFilters' },
  { _: 'messages.getHistory', peer: peer(vinyl), ...zeros, answer: 'messages.channelMessages' },
  { _: 'messages.getHistory', peer: self, ...zeros, answer: 'messages.messages' },
  { _: 'messages.getHistory', peer: self, ...zeros, limit: 3, answer: 'messages.messagesSlice' },
  { _: 'messages.getReplies', peer: peer(forum), msg_id: 2, ...zeros, answer: 'messages.channelMessages' },
  { _: 'messages.search', peer: peer(radio), ...searchFields, answer: 'messages.channelMessages' },
  {
    _: 'messages.getMessages',
    id: [{ _: 'inputMessageID', id: 99_999 }],
    answer: 'messages.messages',
  },
  {
    _: 'channels.getMessages',
    channel: input(radio),
    id: [{ _: 'inputMessageID', id: 9 }],
    answer: 'messages.channelMessages',
  },
  { _: 'channels.getChannels', id: [input(radio), input(forum)], answer: 'messages.chats' },
  { _: 'channels.getFullChannel', channel: input(radio), answer: 'messages.chatFull' },
  { _: 'messages.getChats', id: [group.id], answer: 'messages.chats' },
  { _: 'messages.getFullChat', chat_id: group.id, answer: 'messages.chatFull' },
  {
    _: 'messages.getForumTopics',
    peer: peer(forum),
    offset_date: 0,
    offset_id: 0,
    offset_topic: 0,
    limit: 10,
    answer: 'messages.forumTopics',
  },
  { _: 'messages.getForumTopicsByID', peer: peer(forum), topics: [1, 99], answer: 'messages.forumTopics' },
  { _: 'contacts.resolveUsername', username: 'music_box_bot', answer: 'contacts.resolvedPeer' },
  { _: 'users.getFullUser', id: { _: 'inputUserSelf' }, answer: 'users.userFull' },
  { _: 'messages.checkChatInvite', hash: invited.inviteHash!, answer: 'chatInviteAlready' },
];

test.each(requests.map((request) => [request._, request] as const))(
  '%s',
  async (_name, { answer, ...request }) => {
    expect(await ask(request as TlObject)).toMatchObject({ _: answer });
  },
);

test('an invitation, seen and taken up', async () => {
  const guest = bench.caller(bench.account(2));
  const hash = invited.inviteHash!;
  expect(await ask({ _: 'messages.checkChatInvite', hash }, guest)).toMatchObject({ _: 'chatInvite' });
  const joined = await ask({ _: 'messages.importChatInvite', hash }, guest);
  expect(joined).toMatchObject({ _: 'messages.chatInviteJoinResultOk' });
});

test('a login, with code and by QR', async () => {
  const stranger = bench.stranger('stranger');
  const settings = { _: 'codeSettings' };
  const phone_number = '9996620001';
  const sent = { _: 'auth.sendCode', phone_number, api_id: 1, api_hash: 'x', settings };
  expect(await ask(sent, stranger)).toMatchObject({ _: 'auth.sentCode' });
  const shown = { _: 'auth.exportLoginToken', api_id: 1, api_hash: 'x', except_ids: [] };
  expect(await ask(shown, stranger)).toMatchObject({ _: 'auth.loginToken' });
  const [token] = bench.world.loginTokens.waiting();
  await ask({ _: 'auth.acceptLoginToken', token: token!.token });
  expect(await ask(shown, stranger)).toMatchObject({ _: 'auth.loginTokenSuccess' });
  expect(await ask({ _: 'auth.logOut' }, stranger)).toMatchObject({ _: 'auth.loggedOut' });
});

test('a cover', async () => {
  const { dc, ...place } = location();
  const media = bench.caller(undefined, 'media', dc);
  const part = await ask({ _: 'upload.getFile', location: place, offset: 0n, limit: 4096 }, media);
  expect(part).toMatchObject({ _: 'upload.file', type: { _: 'storage.fileJpeg' } });
});

test('a pushed message, and the difference that has it', async () => {
  const layered = bench.caller(bench.account(0), 'layered');
  const filter = { _: 'channelMessagesFilterEmpty' };
  const difference = { _: 'updates.getChannelDifference', channel: input(radio), filter, limit: 10 };
  const { pts } = bench.world.updates.ofChannel(radio);
  await ask({ _: 'updates.getState' }, layered);
  postMessage(bench.world, radio);
  const pushed = bench.pushed.findLast(({ authKeyId }) => authKeyId === 'layered')!;
  expect(new TlBinaryReader(tables, pushed.updates).object()).toMatchObject({ _: 'updates' });
  expect(await ask({ ...difference, pts }, layered)).toMatchObject({ _: 'updates.channelDifference' });
  expect(await ask({ ...difference, pts: 1 }, layered)).toMatchObject({
    _: 'updates.channelDifferenceTooLong',
  });
  expect(await ask({ ...difference, pts: pts + 1 }, layered)).toMatchObject({
    _: 'updates.channelDifferenceEmpty',
  });
});
