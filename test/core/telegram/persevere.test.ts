import { expect, it } from 'vitest';
import { FloodWaitError, TadError } from '../../../src/core/errors.js';
import { createCoreEmitter } from '../../../src/core/events.js';
import { FloodPolicy } from '../../../src/core/telegram/flood_policy.js';
import { persevere } from '../../../src/core/telegram/persevere.js';
import { RpcFailure } from '../../../src/core/telegram/rpc_errors.js';
import { NEVER } from './support.js';

/** Fails with these in turn, then answers. */
function failing(...errors: Error[]) {
  const told = { attempts: 0 };
  const attempt = async () => {
    told.attempts++;
    const error = errors.shift();
    if (error !== undefined) throw error;
    return 'answer';
  };
  return { told, attempt };
}

const options = { method: 'help.getConfig', signal: NEVER };

it.each([
  new TadError('timeout', 'late'),
  new TadError('unreachable', 'reset'),
  new TadError('corrupt', 'damaged'),
  new RpcFailure(500, 'RPC_CALL_FAIL', 'help.getConfig'),
])('asks again after %s', async (error) => {
  const { told, attempt } = failing(error);
  const seen: string[] = [];
  const onFailure = ({ code }: TadError) => void seen.push(code);
  expect(await persevere({ ...options, onFailure }, attempt)).toBe('answer');
  expect(told.attempts).toBe(2);
  expect(seen).toHaveLength(1);
});

it('does not ask again for what will not change', async () => {
  const { told, attempt } = failing(new RpcFailure(400, 'CHANNEL_PRIVATE', 'help.getConfig'));
  await expect(persevere(options, attempt)).rejects.toMatchObject({ code: 'forbidden' });
  expect(told.attempts).toBe(1);
});

it('gives up after four attempts', async () => {
  const { told, attempt } = failing(...Array.from({ length: 9 }, () => new TadError('server', 'no')));
  await expect(persevere(options, attempt)).rejects.toMatchObject({ code: 'server' });
  expect(told.attempts).toBe(4);
});

it('sits flood waits out where there is a policy, and they cost no attempts', async () => {
  const slept: number[] = [];
  const floods = new FloodPolicy({
    events: createCoreEmitter(),
    sleep: async (ms) => void slept.push(ms),
  });
  const waits = Array.from({ length: 5 }, () => new FloodWaitError(7, 'help.getConfig'));
  expect(await persevere({ ...options, floods }, failing(...waits).attempt)).toBe('answer');
  expect(slept).toEqual(Array(5).fill(7000));
  await expect(persevere(options, failing(waits[0]!).attempt)).rejects.toMatchObject({ code: 'flood-wait' });
});

it('goes on at once after what could be mended', async () => {
  const { told, attempt } = failing(new RpcFailure(303, 'USER_MIGRATE_4', 'help.getConfig'));
  const mended: unknown[] = [];
  const mend = async (thrown: unknown) => mended.push(thrown) > 0;
  expect(await persevere({ ...options, mend }, attempt)).toBe('answer');
  expect([told.attempts, mended.length]).toEqual([2, 1]);
});

it('ends with its signal', async () => {
  const stop = new AbortController();
  const { told, attempt } = failing(new TadError('server', 'no'), new TadError('server', 'no'));
  const asking = persevere({ ...options, signal: stop.signal, onFailure: () => stop.abort() }, attempt);
  await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
  expect(told.attempts).toBe(1);
});
