import { Api } from 'telegram';
import { expect, test } from 'vitest';
import type { CatalogueChat, CatalogueUser } from '../../../src/demo/catalogue/catalogue.js';
import { as, Bench, type Caller, long, rpcError } from './bench.js';

const inputChannel = ({ id, accessHash }: CatalogueChat): Api.InputChannel =>
  new Api.InputChannel({ channelId: long(id), accessHash: long(accessHash) });
const inputUser = ({ id, accessHash }: CatalogueUser): Api.InputUser =>
  new Api.InputUser({ userId: long(id), accessHash: long(accessHash) });

test('names are resolved to channels, bots and people, in any case', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const resolve = (username: string) => caller.invoke(new Api.contacts.ResolveUsername({ username }));
  const channel = as(await resolve('Night_Ferry_Radio'), Api.contacts.ResolvedPeer);
  expect(channel.chats).toMatchObject([{ title: 'Night Ferry Radio', broadcast: true, left: false }]);
  const bot = as(await resolve('music_box_bot'), Api.contacts.ResolvedPeer);
  expect(bot.users).toMatchObject([{ bot: true, username: 'music_box_bot' }]);
  const person = as(await resolve('@marta_l'), Api.contacts.ResolvedPeer);
  expect(person.users).toMatchObject([{ firstName: 'Marta', phone: null }]);
  const open = as(await resolve('open_stage'), Api.contacts.ResolvedPeer);
  expect(open.chats).toMatchObject([{ left: true }]);
  await expect(resolve('nobody_has_this')).rejects.toEqual(rpcError(400, 'USERNAME_NOT_OCCUPIED'));
  await expect(resolve('no such!')).rejects.toEqual(rpcError(400, 'USERNAME_INVALID'));
});

test('a channel can be looked at; a forbidden one only from outside', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const chats = bench.catalogue.allChats();
  const closed = chats.find(({ forbidden }) => forbidden)!;
  const protectedOne = chats.find((chat) => chat.protected)!;
  const answer = await caller.invoke(
    new Api.channels.GetChannels({ id: [inputChannel(protectedOne), inputChannel(closed)] }),
  );
  const rows = as(answer, Api.messages.Chats).chats;
  expect(as(rows[0], Api.Channel)).toMatchObject({ noforwards: true, title: protectedOne.title });
  expect(rows[1]).toBeInstanceOf(Api.ChannelForbidden);
  const full = caller.invoke(new Api.channels.GetFullChannel({ channel: inputChannel(closed) }));
  await expect(full).rejects.toEqual(rpcError(400, 'CHANNEL_PRIVATE'));
  const open = await caller.invoke(new Api.channels.GetFullChannel({ channel: inputChannel(protectedOne) }));
  expect(open.fullChat).toMatchObject({ participantsCount: protectedOne.memberCount });
});

test('a basic group can be looked at', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const group = bench.catalogue.allChats().find(({ kind }) => kind === 'group')!;
  const chats = await caller.invoke(new Api.messages.GetChats({ id: [long(group.id)] }));
  expect(as(chats, Api.messages.Chats).chats).toMatchObject([{ title: group.title }]);
  const full = await caller.invoke(new Api.messages.GetFullChat({ chatId: long(group.id) }));
  expect(full.fullChat).toBeInstanceOf(Api.ChatFull);
  const missing = caller.invoke(new Api.messages.GetChats({ id: [long(1n)] }));
  await expect(missing).rejects.toEqual(rpcError(400, 'CHAT_ID_INVALID'));
});

test('people are known by id and access hash; strangers are left out of a list', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const marta = bench.catalogue.users.find(({ username }) => username === 'marta_l')!;
  const wrong = inputUser({ ...marta, accessHash: 1n });
  const users = await caller.invoke(new Api.users.GetUsers({ id: [inputUser(marta), wrong] }));
  expect(users).toMatchObject([{ firstName: 'Marta' }]);
  const full = await caller.invoke(new Api.users.GetFullUser({ id: new Api.InputUserSelf() }));
  expect(full.users).toMatchObject([{ self: true }]);
  const unknown = caller.invoke(new Api.users.GetFullUser({ id: wrong }));
  await expect(unknown).rejects.toEqual(rpcError(400, 'USER_ID_INVALID'));
});

const topics = (caller: Caller, channel: Api.InputChannel, limit: number, offsetTopic = 0, q?: string) =>
  caller.invoke(
    new Api.channels.GetForumTopics({
      channel,
      offsetDate: 0,
      offsetId: 0,
      offsetTopic,
      limit,
      ...(q !== undefined && { q }),
    }),
  );

test('the topics of a forum come in pages, and by id', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const forum = bench.catalogue.chatByUsername('studio_forum')!;
  const channel = inputChannel(forum);
  const first = await topics(caller, channel, 2);
  expect(first.count).toBe(forum.topics.length);
  const rest = await topics(caller, channel, 100, first.topics.at(-1)!.id);
  const seen = [...first.topics, ...rest.topics].map(({ id }) => id);
  expect(seen.toSorted((a, b) => a - b)).toEqual(forum.topics.map(({ id }) => id));
  expect(first.messages.map(({ id }) => id)).toEqual(
    first.topics.map((one) => as(one, Api.ForumTopic).topMessage),
  );

  const found = await topics(caller, channel, 100, 0, 'releases');
  expect(found.topics).toMatchObject([{ title: 'Releases' }]);
  const byId = await caller.invoke(new Api.channels.GetForumTopicsByID({ channel, topics: [2, 99] }));
  expect(byId.topics.map(({ className }) => className)).toEqual(['ForumTopic', 'ForumTopicDeleted']);
  const plain = inputChannel(bench.catalogue.chatByUsername('night_ferry_radio')!);
  await expect(topics(caller, plain, 10)).rejects.toEqual(rpcError(400, 'CHANNEL_FORUM_MISSING'));
});

test('an invite link shows the chat, lets in who has it, and only once', async () => {
  const bench = new Bench();
  const caller = bench.caller(bench.account(2));
  const chat = bench.catalogue.allChats().find(({ inviteHash }) => inviteHash !== undefined)!;
  const hash = chat.inviteHash!;
  const check = () => caller.invoke(new Api.messages.CheckChatInvite({ hash }));
  const join = () => caller.invoke(new Api.messages.ImportChatInvite({ hash }));
  expect(as(await check(), Api.ChatInvite)).toMatchObject({
    title: chat.title,
    broadcast: true,
    public: false,
  });
  expect(as(await join(), Api.Updates).chats).toMatchObject([{ title: chat.title, left: false }]);
  expect(await check()).toBeInstanceOf(Api.ChatInviteAlready);
  await expect(join()).rejects.toEqual(rpcError(400, 'USER_ALREADY_PARTICIPANT'));
  const full = await caller.invoke(new Api.channels.GetFullChannel({ channel: inputChannel(chat) }));
  expect(full.fullChat).toBeInstanceOf(Api.ChannelFull);
});

test.each([
  ['', 'INVITE_HASH_EMPTY'],
  ['not a hash', 'INVITE_HASH_INVALID'],
  ['AAAAAAAAAAAAAAAAAAAA', 'INVITE_HASH_EXPIRED'],
])('the invite "%s" is refused', async (hash, message) => {
  const checked = new Bench().caller().invoke(new Api.messages.CheckChatInvite({ hash }));
  await expect(checked).rejects.toEqual(rpcError(400, message));
});
