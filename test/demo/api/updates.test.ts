import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/index.js';
import { expect, test } from 'vitest';
import { postMessage } from '../../../src/demo/api/posting.js';
import { as, Bench, type Caller, long } from './bench.js';

const getState = async (caller: Caller) =>
  as(await caller.invoke(new Api.updates.GetState()), Api.updates.State);

const difference = (caller: Caller, pts: number, ptsLimit?: number) =>
  caller.invoke(
    new Api.updates.GetDifference({ pts, date: 0, qts: 0, ...(ptsLimit !== undefined && { ptsLimit }) }),
  );

function pushedUpdates(bench: Bench): Api.Updates[] {
  return bench.pushed.map(({ updates }) => as(new BinaryReader(updates).tgReadObject(), Api.Updates));
}

test('a post in a channel is pushed to everybody who sees it, on their home data centre', async () => {
  const bench = new Bench();
  const chat = bench.catalogue.chatByUsername('night_ferry_radio')!;
  bench.caller(bench.account(0), 'demo');
  bench.caller(bench.account(2), 'premium');
  bench.caller(bench.account(0), 'demo media', 4);
  const before = bench.world.updates.ofChannel(chat).pts;
  const message = postMessage(bench.world, chat);
  expect(bench.pushed.map(({ authKeyId }) => authKeyId).toSorted()).toEqual(['demo', 'premium']);
  const [first] = pushedUpdates(bench);
  const update = as(first!.updates[0], Api.UpdateNewChannelMessage);
  expect(update).toMatchObject({ pts: before + 1, ptsCount: 1, message: { id: message.id, post: true } });
  expect(first!.chats).toMatchObject([{ title: chat.title }]);
});

test('a post in saved messages is pushed to its owner with the pts of the account', async () => {
  const bench = new Bench();
  const caller = bench.caller(bench.account(0), 'demo');
  bench.caller(bench.account(2), 'premium');
  const { pts } = await getState(caller);
  const saved = bench.catalogue.chats(bench.account(0).id).find(({ kind }) => kind === 'saved')!;
  postMessage(bench.world, saved);
  expect(bench.pushed.map(({ authKeyId }) => authKeyId)).toEqual(['demo']);
  const update = as(pushedUpdates(bench)[0]!.updates[0], Api.UpdateNewMessage);
  expect(update).toMatchObject({ pts: pts + 1, ptsCount: 1 });
  expect((await getState(caller)).pts).toBe(pts + 1);
});

test('who was away gets the difference, in slices when asked to', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const { pts } = await getState(caller);
  expect(await difference(caller, pts)).toBeInstanceOf(Api.updates.DifferenceEmpty);
  const saved = bench.catalogue.chats(bench.account(0).id).find(({ kind }) => kind === 'saved')!;
  const ids = [1, 2, 3].map(() => postMessage(bench.world, saved).id);
  const whole = as(await difference(caller, pts), Api.updates.Difference);
  expect(whole.newMessages.map(({ id }) => id)).toEqual(ids);
  expect(whole.state.pts).toBe(pts + 3);
  const slice = as(await difference(caller, pts, 2), Api.updates.DifferenceSlice);
  expect(slice.newMessages.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const rest = as(await difference(caller, slice.intermediateState.pts), Api.updates.Difference);
  expect(rest.newMessages.map(({ id }) => id)).toEqual(ids.slice(2));
  expect(await difference(caller, 0)).toBeInstanceOf(Api.updates.DifferenceTooLong);
});

test('a channel has a difference of its own', async () => {
  const bench = new Bench();
  const caller = bench.caller();
  const chat = bench.catalogue.chatByUsername('quiet_wave')!;
  const channel = new Api.InputChannel({ channelId: long(chat.id), accessHash: long(chat.accessHash) });
  const ask = (pts: number, limit = 100) =>
    caller.invoke(
      new Api.updates.GetChannelDifference({
        channel,
        pts,
        limit,
        filter: new Api.ChannelMessagesFilterEmpty(),
      }),
    );
  const { pts } = bench.world.updates.ofChannel(chat);
  expect(as(await ask(pts), Api.updates.ChannelDifferenceEmpty)).toMatchObject({ final: true, pts });
  const ids = [1, 2].map(() => postMessage(bench.world, chat).id);
  const part = as(await ask(pts, 1), Api.updates.ChannelDifference);
  expect(part).toMatchObject({ final: false, pts: pts + 1, newMessages: [{ id: ids[0] }] });
  const rest = as(await ask(part.pts), Api.updates.ChannelDifference);
  expect(rest).toMatchObject({ final: true, pts: pts + 2, newMessages: [{ id: ids[1] }] });
  const lost = as(await ask(1), Api.updates.ChannelDifferenceTooLong);
  expect(as(lost.dialog, Api.Dialog)).toMatchObject({ pts: pts + 2, topMessage: ids[1] });
});
