import { Api } from 'telegram';
import { expect, test } from 'vitest';
import { hashOf } from '../../../src/demo/api/message_pages.js';
import type { CatalogueChat, MessageKind } from '../../../src/demo/catalogue/catalogue.js';
import { as, Bench, type Caller, long, rpcError } from './bench.js';

const MUSIC = new Api.InputMessagesFilterMusic();

function channelPeer(chat: CatalogueChat, accessHash = chat.accessHash): Api.InputPeerChannel {
  return new Api.InputPeerChannel({ channelId: long(chat.id), accessHash: long(accessHash) });
}

interface SearchOptions {
  readonly q?: string;
  readonly limit?: number;
  readonly offsetId?: number;
  readonly topMsgId?: number;
  readonly minDate?: number;
  readonly fromId?: Api.TypeInputPeer;
}

function search(
  caller: Caller,
  peer: Api.TypeInputPeer,
  filter: Api.TypeMessagesFilter,
  options: SearchOptions = {},
) {
  return caller.invoke(
    new Api.messages.Search({
      peer,
      filter,
      q: '',
      minDate: 0,
      maxDate: 0,
      offsetId: 0,
      addOffset: 0,
      limit: 100,
      maxId: 0,
      minId: 0,
      hash: long(0n),
      ...options,
    }),
  );
}

function history(caller: Caller, peer: Api.TypeInputPeer, options: { limit?: number; hash?: bigint } = {}) {
  return caller.invoke(
    new Api.messages.GetHistory({
      peer,
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: options.limit ?? 10,
      maxId: 0,
      minId: 0,
      hash: long(options.hash ?? 0n),
    }),
  );
}

function allIds(chat: CatalogueChat, kind: MessageKind | 'all', topicId?: number): number[] {
  const ids = chat.ids(kind, topicId);
  return Array.from({ length: ids.length }, (_, index) => ids.at(index));
}

const idsOf = (page: { messages: readonly Api.TypeMessage[] }): number[] => page.messages.map(({ id }) => id);

test('the history of a channel is counted, newest first, with its pts', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const page = as(await history(bench.caller(), channelPeer(chat)), Api.messages.ChannelMessages);
  expect(idsOf(page)).toEqual(allIds(chat, 'all').toReversed().slice(0, 10));
  expect(page).toMatchObject({ count: chat.ids('all').length, offsetIdOffset: 0 });
  expect(page.chats).toMatchObject([{ title: 'Vinyl & Tape Exchange', username: 'vinyl_tape_exchange' }]);
  for (const message of page.messages) {
    const { fromId } = as(message, Api.Message);
    const sender = as(fromId, Api.PeerUser).userId;
    expect(page.users.some(({ id }) => id.equals(sender))).toBe(true);
  }
});

test('a client that has the page already is told that nothing changed', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const ids = allIds(chat, 'all').toReversed().slice(0, 10);
  const answer = await history(bench.caller(), channelPeer(chat), { hash: hashOf(ids) });
  expect(as(answer, Api.messages.MessagesNotModified).count).toBe(chat.ids('all').length);
});

test('a private chat is sliced, or complete when it fits', async () => {
  const bench = new Bench();
  const saved = new Api.InputPeerSelf();
  const slice = as(await history(bench.caller(), saved), Api.messages.MessagesSlice);
  expect(slice.messages).toHaveLength(10);
  expect(slice.messages[0]).toMatchObject({ out: true, fromId: null });
  const whole = await history(bench.caller(), saved, { limit: 100 });
  expect(idsOf(as(whole, Api.messages.Messages))).toHaveLength(slice.count);
});

test.each([
  ['music', MUSIC],
  ['voice', new Api.InputMessagesFilterVoice()],
  ['voice', new Api.InputMessagesFilterRoundVoice()],
  ['document', new Api.InputMessagesFilterDocument()],
  ['all', new Api.InputMessagesFilterEmpty()],
] as const)('the filter for %s finds all of them', async (kind, filter) => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const caller = bench.caller();
  const found: number[] = [];
  for (;;) {
    const offsetId = found.at(-1) ?? 0;
    const page = as(
      await search(caller, channelPeer(chat), filter, { offsetId }),
      Api.messages.ChannelMessages,
    );
    expect(page.count).toBe(chat.ids(kind).length);
    if (page.messages.length === 0) break;
    found.push(...idsOf(page));
  }
  expect(found.toReversed()).toEqual(allIds(chat, kind));
});

test('a filter for what this world has not finds nothing', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const page = await search(bench.caller(), channelPeer(chat), new Api.InputMessagesFilterPhotos());
  expect(as(page, Api.messages.ChannelMessages)).toMatchObject({ count: 0, messages: [] });
});

test('words are looked for in titles, performers and file names, in any case', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const ids = allIds(chat, 'music');
  const { performer } = ids
    .map((id) => chat.message(id)!.document!)
    .find((one) => one.performer !== undefined)!;
  const page = as(
    await search(bench.caller(), channelPeer(chat), MUSIC, { q: performer!.toUpperCase() }),
    Api.messages.ChannelMessages,
  );
  const words = performer!.toLowerCase().split(/\s+/);
  const expected = ids.filter((id) => {
    const { text, document } = chat.message(id)!;
    const all = [text, document?.title, document?.performer, document?.fileName].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
  expect(expected.length).toBeGreaterThan(0);
  expect(idsOf(page).toReversed()).toEqual(expected);
});

test('a search can be limited to a sender, a topic and a time', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const forum = bench.catalogue.chatByUsername('studio_forum')!;
  const topic = forum.topics[1]!.id;
  const ofTopic = await search(caller, channelPeer(forum), MUSIC, { topMsgId: topic });
  expect(as(ofTopic, Api.messages.ChannelMessages).count).toBe(forum.ids('music', topic).length);

  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const ids = allIds(chat, 'all');
  const sender = bench.catalogue.user(chat.message(ids[0]!)!.fromId!)!;
  const fromId = new Api.InputPeerUser({ userId: long(sender.id), accessHash: long(sender.accessHash) });
  const bySender = await search(caller, channelPeer(chat), new Api.InputMessagesFilterEmpty(), { fromId });
  const expected = ids.filter((id) => chat.message(id)!.fromId === sender.id);
  expect(as(bySender, Api.messages.ChannelMessages).count).toBe(expected.length);

  const minDate = chat.message(ids.at(-4)!)!.date;
  const recent = await search(caller, channelPeer(chat), new Api.InputMessagesFilterEmpty(), { minDate });
  expect(idsOf(as(recent, Api.messages.ChannelMessages)).toReversed()).toEqual(ids.slice(-4));
});

test('counters say how much there is of each kind', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('vinyl_tape_exchange')!;
  const filters = [MUSIC, new Api.InputMessagesFilterVoice()];
  const counters = await bench
    .caller()
    .invoke(new Api.messages.GetSearchCounters({ peer: channelPeer(chat), filters }));
  expect(counters).toMatchObject([{ count: chat.ids('music').length }, { count: chat.ids('voice').length }]);
});

test('the replies to a topic are its messages', async () => {
  const bench = new Bench();
  const forum = bench.catalogue.chatByUsername('studio_forum')!;
  const topic = forum.topics[1]!.id;
  const zeros = { offsetId: 0, offsetDate: 0, addOffset: 0, limit: 100, maxId: 0, minId: 0, hash: long(0n) };
  const ask = (msgId: number) =>
    bench.caller().invoke(new Api.messages.GetReplies({ peer: channelPeer(forum), msgId, ...zeros }));
  const page = as(await ask(topic), Api.messages.ChannelMessages);
  expect(page.count).toBe(forum.ids('all', topic).length);
  expect(as(page.messages[0], Api.Message).replyTo).toMatchObject({ forumTopic: true, replyToMsgId: topic });
  await expect(ask(9999)).rejects.toEqual(rpcError(400, 'MSG_ID_INVALID'));
});

test('a message row says what the catalogue says', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('night_ferry_radio')!;
  const page = as(
    await search(bench.caller(), channelPeer(chat), MUSIC, { limit: 100 }),
    Api.messages.ChannelMessages,
  );
  for (const row of page.messages) {
    const message = as(row, Api.Message);
    const { document, text, date } = chat.message(message.id)!;
    expect(message).toMatchObject({ post: true, message: text, date });
    const sent = as(as(message.media, Api.MessageMediaDocument).document, Api.Document);
    expect(sent).toMatchObject({ mimeType: document!.mimeType, dcId: document!.dcId });
    expect(sent.size.toString()).toBe(String(document!.size));
    expect(sent.id.toString()).toBe(String(document!.id));
    const names = sent.attributes.flatMap((one) =>
      one instanceof Api.DocumentAttributeFilename ? [one.fileName] : [],
    );
    expect(names[0]).toBe(document!.fileName);
  }
});

test('messages by id come in the order asked for; deleted ones are empty', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('night_ferry_radio')!;
  const channel = new Api.InputChannel({ channelId: long(chat.id), accessHash: long(chat.accessHash) });
  const [first, second] = allIds(chat, 'music') as [number, number];
  const id = [second, 99_999, first].map((one) => new Api.InputMessageID({ id: one }));
  const page = as(
    await bench.caller().invoke(new Api.channels.GetMessages({ channel, id })),
    Api.messages.ChannelMessages,
  );
  expect(page.messages.map(({ className }) => className)).toEqual(['Message', 'MessageEmpty', 'Message']);
  expect(idsOf(page)).toEqual([second, 99_999, first]);
});

test('messages outside of channels are found by id alone', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const saved = bench.catalogue.chats(bench.account(0).id).find(({ kind }) => kind === 'saved')!;
  const id = saved.ids('all').at(3);
  const request = new Api.messages.GetMessages({ id: [new Api.InputMessageID({ id })] });
  const { messages } = as(await caller.invoke(request), Api.messages.Messages);
  expect(messages.map((message) => message.id)).toEqual([id]);
});

test('a person one has never spoken with has an empty history', async () => {
  const bench = new Bench();
  const aoi = bench.catalogue.users.find(({ username }) => username === 'aoi_sato')!;
  const peer = new Api.InputPeerUser({ userId: long(aoi.id), accessHash: long(aoi.accessHash) });
  const page = as(await history(bench.caller(), peer), Api.messages.Messages);
  expect(page).toMatchObject({ messages: [], users: [{ firstName: aoi.firstName }] });
});

test('who may not read a chat, or addresses it wrongly, is told why', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const closed = bench.catalogue.allChats().find(({ forbidden }) => forbidden)!;
  await expect(history(caller, channelPeer(closed))).rejects.toEqual(rpcError(400, 'CHANNEL_PRIVATE'));
  const chat = bench.catalogue.chatByUsername('night_ferry_radio')!;
  await expect(history(caller, channelPeer(chat, 1n))).rejects.toEqual(rpcError(400, 'CHANNEL_INVALID'));
  const nobody = new Api.InputPeerUser({ userId: long(1n), accessHash: long(1n) });
  await expect(history(caller, nobody)).rejects.toEqual(rpcError(400, 'PEER_ID_INVALID'));
  const members = bench.catalogue.allChats().find(({ inviteHash }) => inviteHash !== undefined)!;
  const stranger = bench.caller(bench.account(1));
  await expect(history(stranger, channelPeer(members))).rejects.toEqual(rpcError(400, 'CHANNEL_PRIVATE'));
});
