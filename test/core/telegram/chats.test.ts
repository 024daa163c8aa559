import { describe, expect, it } from 'vitest';
import type { CatalogueChat } from '../../../src/demo/catalogue/catalogue.js';
import { startDemo } from '../../helpers/demo.js';
import {
  allChats,
  collect,
  connectedGateway,
  NEVER,
  recordEvents,
  sharedWorld,
  watchConsole,
} from './support.js';

const world = sharedWorld();
watchConsole();

const FORUM = 'Studio Forum';

function idOf({ kind, id }: CatalogueChat): string {
  if (kind === 'user' || kind === 'bot' || kind === 'saved') return `${id}`;
  return kind === 'group' ? `-${id}` : `-100${id}`;
}

async function chatCalled(title: string) {
  const chat = (await allChats(world.gateway)).find((found) => found.title === title);
  if (!chat) throw new Error(`no chat ${title}`);
  return chat;
}

it('lists every chat once, as what it is, with its folders', async () => {
  const chats = await allChats(world.gateway);
  const expected = world.demo.catalogue.chats(world.demo.accounts[0]!.id);
  expect(chats).toHaveLength(expected.length);
  expect(new Set(chats.map(({ id }) => id)).size).toBe(chats.length);
  for (const chat of expected) {
    const row = chats.find(({ id }) => id === idOf(chat))!;
    expect(row, chat.title).toMatchObject({
      kind: chat.kind,
      pinned: chat.pinned,
      folders: chat.folder === undefined ? [] : [chat.folder],
    });
  }
  expect(chats.find(({ kind }) => kind === 'saved')).toMatchObject({ title: 'Saved Messages' });
  for (const { title } of chats) expect(title).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  const dates = chats.flatMap(({ pinned, lastMessageDate }) => (pinned ? [] : (lastMessageDate ?? [])));
  expect(dates).toEqual(dates.toSorted((a, b) => b - a));
});

it('lists long lists a page at a time', async () => {
  await using large = await startDemo({ chats: 230, tracks: 1 });
  const pages = await collect((await connectedGateway(large)).chats(NEVER));
  expect(pages.length).toBeGreaterThan(2);
  expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(100);
  const ids = new Set(pages.flat().map(({ id }) => id));
  expect(ids.size).toBe(large.catalogue.chats(large.accounts[0]!.id).length);
});

it('lists the topics of a forum, and none of other chats', async () => {
  const topics = await world.gateway.topics(await chatCalled(FORUM), NEVER);
  const expected = world.demo.catalogue
    .chats(world.demo.accounts[0]!.id)
    .find(({ title }) => title === FORUM)!.topics;
  expect(topics.toSorted((a, b) => a.id - b.id)).toEqual(expected);
  expect(await world.gateway.topics(await chatCalled('Night Ferry Radio'), NEVER)).toEqual([]);
});

describe('resolve', () => {
  const resolve = (text: string) => world.gateway.resolve(text, NEVER);

  it.each([
    ['Night Ferry Radio', 'Night Ferry Radio'],
    ['night ferry', 'Night Ferry Radio'],
    ['тихая', 'Тихая волна'],
    ['tape exch', 'Vinyl & Tape Exchange'],
    ['Saved Messages', 'Saved Messages'],
    ['me', 'Saved Messages'],
    ['@night_ferry_radio', 'Night Ferry Radio'],
    ['night_ferry_radio', 'Night Ferry Radio'],
    ['https://t.me/quiet_wave', 'Тихая волна'],
    ['tg://resolve?domain=quiet_wave', 'Тихая волна'],
    ['@open_stage', 'Open Stage'], // public, not among the account's chats
    ['@music_box_bot', 'Music Box'],
    ['@marta_l', 'Marta Lindqvist'],
    ['https://t.me/+AAAAAFDemoInviteHash', 'Members Only Sessions'],
  ])('%j is %j', async (text, title) => {
    expect(await resolve(text)).toEqual({ chat: expect.objectContaining({ title }) });
  });

  it('finds every listed chat again by its id, and private channels by their links', async () => {
    for (const chat of await allChats(world.gateway)) {
      const found = (await world.gateway.resolve(chat.id, NEVER)).chat;
      expect(found).toMatchObject({ id: chat.id, title: chat.title, kind: chat.kind });
    }
    const members = await chatCalled('Members Only Sessions');
    const link = `https://t.me/c/${members.id.slice(4)}/5`;
    expect(await world.gateway.resolve(link, NEVER)).toMatchObject({
      chat: { id: members.id },
      messageId: 5,
    });
  });

  it('finds a chat by its id also when nothing is known of it yet', async () => {
    const fresh = await connectedGateway(world.demo);
    const { id } = world.demo.catalogue
      .chats(world.demo.accounts[0]!.id)
      .find(({ title }) => title === 'Do Not Forward')!;
    expect(await fresh.resolve(`-100${id}`, NEVER)).toMatchObject({ chat: { title: 'Do Not Forward' } });
  });

  it('tells messages and topics in links apart', async () => {
    expect(await world.gateway.resolve('t.me/night_ferry_radio/7', NEVER)).toMatchObject({ messageId: 7 });
    expect(await world.gateway.resolve('t.me/studio_forum/2', NEVER)).toEqual({
      chat: expect.objectContaining({ title: FORUM }),
      topicId: 2,
    });
    expect(await world.gateway.resolve('t.me/studio_forum/2/40', NEVER)).toMatchObject({
      topicId: 2,
      messageId: 40,
    });
    expect(await world.gateway.resolve('t.me/studio_forum/40', NEVER)).not.toHaveProperty('topicId');
  });

  it.each([
    ['Nihgt Ferry Radio', 'not-found', /did you mean: Night Ferry Radio/],
    ['nothing of the kind at all', 'not-found', /tad chats/],
    ['@nobody_has_this_name', 'not-found', undefined],
    ['-1001', 'not-found', /tad chats/],
    ['123456', 'not-found', /tad chats/],
    ['t.me/+NoSuchInvitation', 'not-found', undefined],
    ['t.me/c/1/5', 'not-found', /tad chats/],
    ['t.me/addstickers/Animals', 'usage', /@name/],
    ['o', 'not-found', /name one by its id/],
  ])('%j: %s', async (text, code, hint) => {
    const failing = resolve(text);
    await expect(failing).rejects.toMatchObject({ code });
    if (hint) await expect(failing).rejects.toMatchObject({ hint: expect.stringMatching(hint) });
  });

  it('tells which chat a part of a title was taken for, and does not take it where the whole title is asked for', async () => {
    const { events, seen } = recordEvents();
    const gateway = await connectedGateway(world.demo, { events });
    const told = () =>
      seen.flatMap(({ name, payload }) => (name === 'notice' && payload.level !== 'debug' ? [payload] : []));
    await gateway.resolve('NIGHT FERRY RADIO', NEVER, 'whole');
    expect(told()).toEqual([]);
    await gateway.resolve('tape exch', NEVER);
    expect(told()).toEqual([
      { level: 'warning', text: 'tape exch: taken for the chat Vinyl & Tape Exchange' },
    ]);
    await expect(gateway.resolve('tape exch', NEVER, 'whole')).rejects.toMatchObject({
      message: 'no chat is called tape exch',
      hint: 'did you mean: Vinyl & Tape Exchange',
    });
  });

  it('says so when the account has not joined an invitation', async () => {
    const other = await connectedGateway(world.demo, { account: 2 });
    await expect(other.resolve('t.me/+AAAAAFDemoInviteHash', NEVER)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Members Only Sessions'),
    });
  });
});
