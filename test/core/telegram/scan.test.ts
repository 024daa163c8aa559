import { expect, it } from 'vitest';
import type { AudioKind, AudioMessage, ChatTarget } from '../../../src/core/types.js';
import type { CatalogueChat } from '../../../src/demo/catalogue/catalogue.js';
import { allMessages, collect, connectedGateway, NEVER, sharedWorld, watchConsole } from './support.js';

const world = sharedWorld();
watchConsole();

const searches = () => world.demo.report().requests['messages.search'] ?? 0;

function catalogued(title: string): CatalogueChat {
  const chat = world.demo.catalogue.chats(world.demo.accounts[0]!.id).find((found) => found.title === title);
  if (!chat) throw new Error(`no chat ${title}`);
  return chat;
}

/** Newest first, as a scan gives them. */
function expectedIds(chat: CatalogueChat, kind: AudioKind, topicId?: number): number[] {
  const ids = chat.ids(kind, topicId);
  return Array.from({ length: ids.length }, (_, index) => ids.at(index)).reverse();
}

const idsOf = (messages: readonly AudioMessage[]) => messages.map(({ messageId }) => messageId);

async function scan(target: ChatTarget, kind: AudioKind, rest = {}) {
  return allMessages(world.gateway.scan(target, { kind, ...rest }, NEVER));
}

it.each([
  ['Night Ferry Radio', 'music'],
  ['Voice Notes Only', 'voice'],
  ['Vinyl & Tape Exchange', 'music'],
  ['Vinyl & Tape Exchange', 'voice'],
  ['Band practice 🥁', 'music'],
  ['Saved Messages', 'music'],
  ['Marta Lindqvist', 'voice'],
  ['Do Not Forward', 'music'],
] as const)('finds in %s every %s message, newest first', async (title, kind) => {
  const target = await world.gateway.resolve(title, NEVER);
  const messages = await scan(target, kind);
  expect(idsOf(messages)).toEqual(expectedIds(catalogued(title), kind));
  for (const message of messages) {
    expect(message).toMatchObject({ chatId: target.chat.id, kind });
    const { document } = catalogued(title).message(message.messageId)!;
    expect(message.location).toMatchObject({
      documentId: String(document!.id),
      accessHash: String(document!.accessHash),
      dcId: document!.dcId,
      size: document!.size,
    });
    expect(message.duration ?? 0).toBe(document!.duration);
  }
});

it('finds audio that was sent as a file, and only that', async () => {
  const target = await world.gateway.resolve('Vinyl & Tape Exchange', NEVER);
  const messages = await scan(target, 'document');
  const chat = catalogued('Vinyl & Tape Exchange');
  expect(idsOf(messages)).toEqual(expectedIds(chat, 'document'));
  expect(messages.length).toBeGreaterThan(0);
});

it('stays within a topic', async () => {
  const { chat } = await world.gateway.resolve('Studio Forum', NEVER);
  for (const [topicId, kind] of [
    [2, 'music'],
    [4, 'voice'],
  ] as const) {
    const messages = await scan({ chat, topicId }, kind);
    expect(idsOf(messages)).toEqual(expectedIds(catalogued('Studio Forum'), kind, topicId));
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message.topicId).toBe(topicId);
  }
});

it('takes one message when one was named', async () => {
  const [id] = expectedIds(catalogued('Night Ferry Radio'), 'music');
  const target = await world.gateway.resolve(`t.me/night_ferry_radio/${id}`, NEVER);
  expect(idsOf(await scan(target, 'music'))).toEqual([id]);
  expect(await scan(target, 'voice')).toEqual([]);
  expect(await scan({ ...target, messageId: 2_000_000_000 }, 'music')).toEqual([]);
});

it('starts, ends and stops where it is told to', async () => {
  const target = await world.gateway.resolve('Voice Notes Only', NEVER);
  const ids = expectedIds(catalogued('Voice Notes Only'), 'voice');
  expect(ids.length).toBeGreaterThan(200);
  expect(idsOf(await scan(target, 'voice', { limit: 5 }))).toEqual(ids.slice(0, 5));
  expect(idsOf(await scan(target, 'voice', { limit: 150 }))).toEqual(ids.slice(0, 150));
  expect(idsOf(await scan(target, 'voice', { minId: ids[7]! }))).toEqual(ids.slice(0, 7));
  expect(idsOf(await scan(target, 'voice', { maxId: ids[120]! }))).toEqual(ids.slice(121));
  const both = { minId: ids[130]!, maxId: ids[10]! };
  expect(idsOf(await scan(target, 'voice', both))).toEqual(ids.slice(11, 130));
});

it('is told how many there are without a scan', async () => {
  const before = searches();
  for (const title of ['Voice Notes Only', 'Night Ferry Radio']) {
    const { chat } = await world.gateway.resolve(title, NEVER);
    const expected = (kind: AudioKind) => expectedIds(catalogued(title), kind).length;
    expect(await world.gateway.audioCount(chat, ['voice'], NEVER)).toBe(expected('voice'));
    expect(await world.gateway.audioCount(chat, ['music', 'voice'], NEVER)).toBe(
      expected('music') + expected('voice'),
    );
  }
  expect(searches()).toBe(before);
});

it('counts what it looked at', async () => {
  const target = await world.gateway.resolve('Voice Notes Only', NEVER);
  const pages = await collect(world.gateway.scan(target, { kind: 'voice' }, NEVER));
  const total = expectedIds(catalogued('Voice Notes Only'), 'voice').length;
  expect(pages.map((page) => page.scanned)).toEqual([100, 200, total]);
  expect(pages.map((page) => page.total)).toEqual([total, total, total]);
});

it('never runs more than one page ahead, and stops when nobody wants more', async () => {
  const target = await world.gateway.resolve('The Field Archive', NEVER);
  const before = searches();
  let taken = 0;
  for await (const page of world.gateway.scan(target, { kind: 'music' }, NEVER)) {
    expect(page.messages).toHaveLength(100);
    expect(searches() - before).toBeLessThanOrEqual(taken + 2);
    if (++taken === 5) break;
  }
  await world.gateway.resolve('@night_ferry_radio', NEVER);
  expect(searches() - before).toBeLessThanOrEqual(taken + 1);
});

// GramJS keeps a row per entity and response, for ever; what we keep has a bound.
it('remembers no more after forty pages than after one', async () => {
  const target = await world.gateway.resolve('The Field Archive', NEVER);
  const [before] = world.gateway.caches();
  await scan(target, 'music', { limit: 4000 });
  expect(world.gateway.caches()).toEqual([{ ...before!, name: 'telegram peers' }]);
  expect(before!.size).toBeLessThanOrEqual(before!.capacity);
  expect(world.gateway.trimCaches()).toBe(0);
});

it('stops in the middle when told to', async () => {
  const target = await world.gateway.resolve('The Field Archive', NEVER);
  const abort = new AbortController();
  const scanning = async () => {
    for await (const _ of world.gateway.scan(target, { kind: 'music' }, abort.signal)) abort.abort();
  };
  await expect(scanning()).rejects.toMatchObject({ code: 'cancelled' });
});

it('may not read a chat that is closed to the account', async () => {
  const target = await world.gateway.resolve('Closed Doors', NEVER);
  await expect(scan(target, 'music')).rejects.toMatchObject({ code: 'forbidden', exitCode: 1 });
});

it('lets nothing harmful in by names', async () => {
  const messages = await scan(await world.gateway.resolve('@hostile_names', NEVER), 'music');
  expect(messages.length).toBe(
    expectedIds(catalogued('../Hostile\u001b[31m Names\u202E \u0007'), 'music').length,
  );
  for (const { fileName, title, performer, caption } of messages) {
    for (const text of [fileName, title, performer, caption]) {
      expect(text ?? '').not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\p{M}{4}/u,
      );
      expect(text).not.toBe('');
    }
  }
});

it('finds the file of a message again, with a fresh reference', async () => {
  for (const title of ['Night Ferry Radio', 'Band practice 🥁', 'Saved Messages', 'Marta Lindqvist']) {
    const [message] = await scan(await world.gateway.resolve(title, NEVER), 'music', { limit: 1 });
    world.demo.expireReferences(BigInt(message!.location.documentId));
    // Also by a gateway that has seen nothing of that chat yet.
    for (const some of [world.gateway, await connectedGateway(world.demo)]) {
      const fresh = await some.refresh(message!, NEVER);
      expect({ ...fresh, fileReference: 0 }).toEqual({ ...message!.location, fileReference: 0 });
      expect(fresh.fileReference).not.toEqual(message!.location.fileReference);
    }
    const gone = world.gateway.refresh({ ...message!, messageId: 2_000_000_000 }, NEVER);
    await expect(gone).rejects.toMatchObject({ code: 'not-found' });
  }
});

it('fetches the cover that a message offers, also when its reference has expired', async () => {
  const messages = await scan(await world.gateway.resolve('Night Ferry Radio', NEVER), 'music');
  const message = messages.find(({ thumb }) => thumb !== undefined)!;
  const { document } = catalogued('Night Ferry Radio').message(message.messageId)!;
  expect(Buffer.from(await world.gateway.thumb(message, NEVER))).toEqual(document!.readThumb());
  world.demo.expireReferences(document!.id);
  expect(Buffer.from(await world.gateway.thumb(message, NEVER))).toEqual(document!.readThumb());
  const { thumb: _, ...bare } = message;
  await expect(world.gateway.thumb(bare, NEVER)).rejects.toMatchObject({ code: 'not-found' });
});

it('hears of new audio while it is connected', async () => {
  const { promise, resolve } = Promise.withResolvers<AudioMessage>();
  const ignored: AudioMessage[] = [];
  world.gateway.onNewAudio((message) => ignored.push(message))[Symbol.dispose]();
  using _listening = world.gateway.onNewAudio(resolve);
  const chat = catalogued('Тихая волна');
  const posted = world.demo.post(chat);
  expect(await promise).toMatchObject({
    chatId: `-100${chat.id}`,
    messageId: posted.id,
    kind: 'music',
    location: { documentId: String(posted.document!.id) },
  });
  expect(ignored).toEqual([]);
});
