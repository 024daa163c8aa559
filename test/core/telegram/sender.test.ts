import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import { RequestState } from 'telegram/network/RequestState.js';
import { expect, it } from 'vitest';
import type { TadError } from '../../../src/core/errors.js';
import { createCoreEmitter } from '../../../src/core/events.js';
import { NoticeLogger } from '../../../src/core/telegram/gramjs_logger.js';
import { Sender } from '../../../src/core/telegram/sender.js';

/** What of GramJS's insides these tests reach into. */
interface Insides {
  _state: { securityChecks: boolean; msgIds: string[]; decryptMessageData(body: Buffer): Promise<unknown> };
  _sendQueue: { _queue: unknown[] };
}

function createSender() {
  const broken: TadError[] = [];
  const clock = { salt: Buffer.from('0102030405060708', 'hex'), timeOffset: -7 };
  const sender = new Sender(2, undefined, clock, new NoticeLogger(createCoreEmitter()), {
    broken: (reason) => broken.push(reason),
    update: () => {},
  });
  return { sender, broken, clock, insides: sender as unknown as Insides };
}

function pending(sender: Sender, id: number) {
  const state = new RequestState(new Api.updates.GetState());
  state.msgId = returnBigInt(id);
  sender._pendingState.set(state.msgId, state);
  return state;
}

const rpcResult = (id: number, error?: { errorCode: number; errorMessage: string }) => ({
  msgId: returnBigInt(1),
  obj: { CONSTRUCTOR_ID: 0xf35c6d01, reqMsgId: returnBigInt(id), body: Buffer.alloc(4), error },
});

// GramJS passes securityChecks under a name that it does not read.
it('has the security checks switched on, and keeps the server clock of the last connection', () => {
  const { sender, insides, clock } = createSender();
  expect(insides._state.securityChecks).toBe(true);
  expect(sender.clock).toEqual(clock);
});

// GramJS drops what follows an error in a container: its requests would never be answered.
it('reads the rest of a container behind an error', async () => {
  const { sender } = createSender();
  const failing = [pending(sender, 8), pending(sender, 12)];
  const outcomes = Promise.allSettled(failing.map(({ promise }) => promise));
  await sender._handleContainer({
    obj: {
      messages: [
        rpcResult(8, { errorCode: 420, errorMessage: 'FLOOD_WAIT_3' }),
        rpcResult(99),
        rpcResult(12, { errorCode: 400, errorMessage: 'PEER_ID_INVALID' }),
      ],
    },
  });
  expect(await outcomes).toEqual([
    { status: 'rejected', reason: expect.objectContaining({ code: 420, text: 'FLOOD_WAIT_3' }) },
    {
      status: 'rejected',
      reason: expect.objectContaining({ text: 'PEER_ID_INVALID', method: 'updates.getState' }),
    },
  ]);
});

it('keeps nothing of a request that nobody waits for any more', async () => {
  const { sender, insides } = createSender();
  const state = pending(sender, 8);
  sender.addStateToQueue(state);
  sender.forget(state);
  await state.promise;
  expect(sender._pendingState.values()).toEqual([]);
  expect(insides._sendQueue._queue).toEqual([]);
  sender._handleRPCResult(rpcResult(8));
});

it.each([
  [-404, 'login-required'],
  [-429, 'flood-wait'],
  [-444, 'unreachable'],
])('breaks on transport error %i', async (code, expected) => {
  const { broken, insides } = createSender();
  const packet = Buffer.alloc(4);
  packet.writeInt32LE(code);
  await expect(insides._state.decryptMessageData(packet)).rejects.toThrow();
  // GramJS goes on to reconnect or to give up in silence; once is enough.
  expect(broken).toEqual([expect.objectContaining({ code: expected })]);
});

it('breaks once, and not at all when it was closed', () => {
  const { sender, broken } = createSender();
  sender.reconnect();
  sender.reconnect();
  expect(broken).toEqual([expect.objectContaining({ code: 'unreachable' })]);
  const other = createSender();
  other.sender.userDisconnected = true;
  other.sender.reconnect();
  expect(other.broken).toEqual([]);
});
