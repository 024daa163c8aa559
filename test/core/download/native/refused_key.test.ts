import { expect, it } from 'vitest';
import { type LaneOfFile, NativeLaneFile } from '../../../../src/core/download/native/native_lane_file.js';
import { TadError } from '../../../../src/core/errors.js';

const NEVER = new AbortController().signal;
const LOCATION = { documentId: '1', accessHash: '1', fileReference: new Uint8Array(8), dcId: 4, size: 4096 };

/** A file whose lane is refused `times`, each time with a key of its own, before it is answered. */
function refusedFile(isHome: boolean, times = Infinity) {
  const told = { keys: 1 };
  let credentials = Promise.resolve(isHome);
  let refusals = 0;
  const lane: LaneOfFile = {
    receivedBytes: 0,
    call: () =>
      told.keys > times
        ? Promise.resolve({ offset: 0, length: 4096, digest: '' } as never)
        : Promise.reject(new TadError('login-required', 'AUTH_KEY_UNREGISTERED')),
    credentials: () => credentials,
    refused: (_, used) => {
      if (used === credentials) {
        credentials = Promise.resolve(isHome);
        told.keys++;
        refusals++;
      }
      return refusals;
    },
    accepted: () => {
      refusals = 0;
    },
    lookUpAgain: () => {},
  };
  const file = new NativeLaneFile(lane, 1, LOCATION);
  return { told, fetch: () => file.fetchPart(0, 4096, NEVER) };
}

it('the home data centre that refuses the key means that the account is logged out', async () => {
  const { fetch } = refusedFile(true);
  await expect(fetch()).rejects.toMatchObject({ code: 'login-required' });
});

it('another one is asked again with another key, which all who were refused at once share', async () => {
  const { told, fetch } = refusedFile(false, 1);
  const parts = await Promise.allSettled([fetch(), fetch(), fetch()]);
  for (const part of parts) expect(part).toMatchObject({ reason: { code: 'unreachable' } });
  expect(told.keys).toBe(2);
  await fetch();
});

it('one that refuses every key is given up', async () => {
  const { told, fetch } = refusedFile(false);
  let error: TadError | undefined;
  while (error?.code !== 'rejected') {
    error = await fetch().then(
      () => undefined,
      (reason) => reason,
    );
    if (told.keys > 100) throw new Error('it goes on for ever');
  }
  expect(error.message).toBe('data centre 4 refuses every key of this account');
  expect(told.keys).toBe(21);
});
