import { Api } from 'telegram';
import { expect, test } from 'vitest';
import { as, Bench, type Caller, long, rpcError } from './bench.js';

interface Offset {
  readonly offsetDate?: number;
  readonly offsetId?: number;
  readonly offsetPeer?: Api.TypeInputPeer;
  readonly excludePinned?: boolean;
  readonly folderId?: number;
}

function getDialogs(caller: Caller, limit: number, offset: Offset = {}) {
  return caller.invoke(
    new Api.messages.GetDialogs({
      offsetDate: 0,
      offsetId: 0,
      offsetPeer: new Api.InputPeerEmpty(),
      hash: long(0n),
      limit,
      ...offset,
    }),
  );
}

type Page = Api.messages.Dialogs | Api.messages.DialogsSlice;

function keysOf({ dialogs }: Page): string[] {
  return dialogs.map(({ peer }) => JSON.stringify(peer));
}

function dateOfTop(page: Page, dialog: Api.TypeDialog): number {
  const message = page.messages.find(
    (candidate) =>
      candidate.id === dialog.topMessage &&
      JSON.stringify((candidate as Api.Message).peerId) === JSON.stringify(dialog.peer),
  );
  return message instanceof Api.Message ? message.date : 0;
}

test('all dialogs fit one answer: pinned first, then newest message first, each with its message and peer', async () => {
  const bench = new Bench();
  const page = as(await getDialogs(bench.caller(), 100), Api.messages.Dialogs);
  expect(page.dialogs).toHaveLength(bench.catalogue.chats(bench.account(0).id).length);
  const pinned = page.dialogs.map((dialog) => as(dialog, Api.Dialog).pinned === true);
  expect(pinned).toEqual(pinned.toSorted((a, b) => Number(b) - Number(a)));
  const dates = page.dialogs.filter((_, index) => !pinned[index]).map((dialog) => dateOfTop(page, dialog));
  const visible = dates.filter((date) => date > 0);
  expect(visible).toEqual(visible.toSorted((a, b) => b - a));
  expect(page.messages).toHaveLength(page.dialogs.length);
});

test('pages by date, id and peer put together are the whole list, without gap or repetition', async () => {
  const caller = new Bench().caller();
  const whole = as(await getDialogs(caller, 100), Api.messages.Dialogs);
  const seen: string[] = [];
  let offset: Offset = {};
  for (;;) {
    const page = await getDialogs(caller, 4, offset);
    if (!(page instanceof Api.messages.DialogsSlice)) throw new Error('the list fits no page of four');
    expect(page.count).toBe(whole.dialogs.length);
    if (page.dialogs.length === 0) break;
    seen.push(...keysOf(page));
    const last = as(page.dialogs.at(-1), Api.Dialog);
    offset = {
      offsetDate: dateOfTop(page, last),
      offsetId: last.topMessage,
      offsetPeer: inputOf(page, last.peer),
    };
  }
  expect(seen).toEqual(keysOf(whole));
});

function inputOf(page: Page, peer: Api.TypePeer): Api.TypeInputPeer {
  if (peer instanceof Api.PeerChat) return new Api.InputPeerChat({ chatId: peer.chatId });
  if (peer instanceof Api.PeerUser) {
    const user = page.users.find(({ id }) => id.equals(peer.userId));
    return new Api.InputPeerUser({ userId: peer.userId, accessHash: as(user, Api.User).accessHash! });
  }
  const channel = page.chats.find(({ id }) => id.equals(peer.channelId));
  const accessHash = (channel as Api.Channel | Api.ChannelForbidden).accessHash!;
  return new Api.InputPeerChannel({ channelId: peer.channelId, accessHash });
}

test('a page can also be had by date alone', async () => {
  const caller = new Bench().caller();
  const whole = as(await getDialogs(caller, 100, { excludePinned: true }), Api.messages.Dialogs);
  const anchor = whole.dialogs[3]!;
  const offsetDate = dateOfTop(whole, anchor);
  const page = await getDialogs(caller, 2, { excludePinned: true, offsetDate, offsetId: anchor.topMessage });
  expect(keysOf(as(page, Api.messages.DialogsSlice))).toEqual(keysOf(whole).slice(4, 6));
});

test('the archive is empty, and there is no third folder', async () => {
  const caller = new Bench().caller();
  expect(as(await getDialogs(caller, 10, { folderId: 1 }), Api.messages.Dialogs).dialogs).toEqual([]);
  await expect(getDialogs(caller, 10, { folderId: 2 })).rejects.toEqual(rpcError(400, 'FOLDER_ID_INVALID'));
});

test('pinned dialogs and dialogs of given peers come with the state of updates', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const pinned = as(
    await caller.invoke(new Api.messages.GetPinnedDialogs({ folderId: 0 })),
    Api.messages.PeerDialogs,
  );
  expect(pinned.dialogs.every((dialog) => as(dialog, Api.Dialog).pinned)).toBe(true);
  expect(pinned.dialogs.length).toBeGreaterThan(0);
  const chat = bench.catalogue.chatByUsername('studio_forum')!;
  const peer = new Api.InputPeerChannel({ channelId: long(chat.id), accessHash: long(chat.accessHash) });
  const asked = new Api.messages.GetPeerDialogs({ peers: [new Api.InputDialogPeer({ peer })] });
  const answer = as(await caller.invoke(asked), Api.messages.PeerDialogs);
  expect(answer.dialogs).toHaveLength(1);
  expect(answer.chats).toMatchObject([{ forum: true, megagroup: true, title: 'Studio Forum' }]);
});

test('folders hold the chats that the catalogue puts there', async () => {
  const bench = new Bench();
  const answer = await bench.caller().invoke(new Api.messages.GetDialogFilters());
  const { filters } = as(answer, Api.messages.DialogFilters);
  expect(filters[0]).toBeInstanceOf(Api.DialogFilterDefault);
  const music = filters.find((filter) => filter instanceof Api.DialogFilter && filter.title.text === 'Music');
  const expected = bench.catalogue.chats(bench.account(0).id).filter(({ folder }) => folder === 'Music');
  expect(as(music, Api.DialogFilter).includePeers).toHaveLength(expected.length);
});
