import { Api } from 'telegram';
import { expect, it } from 'vitest';
import { methodName } from '../../../src/core/telegram/method_name.js';

it.each([
  [new Api.upload.GetFile({}), 'upload.getFile'],
  [new Api.InvokeWithoutUpdates({ query: new Api.help.GetConfig() }), 'help.getConfig'],
  [new Api.PingDelayDisconnect({}), 'pingDelayDisconnect'],
])('names a call as Telegram does', (request, name) => {
  expect(methodName(request)).toBe(name);
});
