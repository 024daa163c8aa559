import { Api } from 'telegram';
import { expect, test } from 'vitest';
import { as, Bench, type BenchOptions, type Caller, long, rpcError } from './bench.js';

const self = (caller: Caller) =>
  caller.invoke(
    new Api.messages.GetHistory({
      peer: new Api.InputPeerSelf(),
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: 1,
      maxId: 0,
      minId: 0,
      hash: long(0n),
    }),
  );

function troubled(faults: BenchOptions['faults']): { readonly bench: Bench; readonly caller: Caller } {
  const bench = new Bench({ ...(faults && { faults }), floodSeconds: [3, 3] });
  return { bench, caller: bench.caller() };
}

/** A flood that strikes the first call and, being drawn, not the one after it is over. */
async function untilFlood(caller: Caller): Promise<void> {
  for (;;) {
    try {
      await self(caller);
    } catch {
      return;
    }
  }
}

test('a flood wait counts down until it is over, for that account and method only', async () => {
  const { bench, caller } = troubled({ flood: 0.2 });
  await untilFlood(caller);
  expect(bench.faults.counts()).toEqual({ flood: 1 });
  bench.now += 1500;
  await expect(self(caller)).rejects.toEqual(rpcError(420, 'FLOOD_WAIT_2'));
  expect(bench.faults.counts()).toEqual({ flood: 1 });
  const other = bench.caller(bench.account(2));
  const answer: unknown = await self(other).catch((error: unknown) => error);
  expect(answer).not.toEqual(rpcError(420, 'FLOOD_WAIT_2'));
});

test('who ignores a flood wait is counted; who was under way or waits is not', async () => {
  const { bench, caller } = troubled({ flood: 0.2 });
  await untilFlood(caller);
  bench.now += 100;
  await expect(self(caller)).rejects.toEqual(rpcError(420, 'FLOOD_WAIT_3'));
  expect(bench.world.trouble.ignoredFloods).toBe(0);
  bench.now += 1000;
  await expect(self(caller)).rejects.toEqual(rpcError(420, 'FLOOD_WAIT_2'));
  expect(bench.world.trouble.ignoredFloods).toBe(1);
  bench.now += 1900;
  await self(caller).catch(() => {});
  expect(bench.world.trouble.ignoredFloods).toBe(1);
});

test('FLOOD_PREMIUM_WAIT is for file parts alone', async () => {
  const { bench, caller } = troubled({ 'flood-premium': 1 });
  expect(await self(caller)).toBeInstanceOf(Api.messages.MessagesSlice);
  const chat = bench.catalogue.chatByUsername('night_ferry_radio')!;
  const document = chat.message(chat.ids('music').at(0))!.document!;
  const location = new Api.InputDocumentFileLocation({
    id: long(document.id),
    accessHash: long(document.accessHash),
    fileReference: bench.world.files.references.issue(document.id),
    thumbSize: '',
  });
  const part = caller.invoke(new Api.upload.GetFile({ location, offset: long(0n), limit: 4096 }));
  await expect(part).rejects.toEqual(rpcError(420, 'FLOOD_PREMIUM_WAIT_3'));
});

test('internal errors and time-outs strike, and are counted', async () => {
  const broken = troubled({ 'rpc-fail': 1 });
  await expect(self(broken.caller)).rejects.toEqual(expect.objectContaining({ code: 500 }));
  expect(broken.bench.faults.counts()).toEqual({ 'rpc-fail': 1 });
  const slow = troubled({ timeout: 1 });
  await expect(self(slow.caller)).rejects.toEqual(rpcError(-503, 'Timeout'));
});

test('login and look-ups are spared', async () => {
  const { caller } = troubled({ flood: 1, 'rpc-fail': 1, timeout: 1 });
  const [me] = await caller.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }));
  expect(as(me, Api.User).self).toBe(true);
});

test('what the server does not know it says, and logs', async () => {
  const { bench, caller } = troubled({});
  const request = new Api.account.GetWallPapers({ hash: long(0n) });
  await expect(caller.invoke(request)).rejects.toEqual(rpcError(400, 'METHOD_INVALID'));
  await expect(caller.raw(Buffer.from('ffffffff', 'hex'))).rejects.toEqual(rpcError(400, 'METHOD_INVALID'));
  const cut = new Api.messages.GetDialogFilters().getBytes();
  await expect(caller.raw(Buffer.concat([cut, cut]))).rejects.toEqual(rpcError(400, 'INPUT_FETCH_FAIL'));
  expect(bench.log.map(({ text }) => text)).toEqual([
    'unknown method account.getWallPapers',
    'unknown method 0xffffffff',
    'unreadable request: messages.getDialogFilters is followed by more bytes',
  ]);
  expect(bench.api.requests).toMatchObject({ 'account.getWallPapers': 1, '0xffffffff': 1 });
});
