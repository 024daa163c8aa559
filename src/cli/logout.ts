import { updateConfigFile } from '../core/config/config_file.js';
import { TadError } from '../core/errors.js';
import { knownCredentials } from './api_credentials.js';
import type { Action } from './command.js';
import { record } from './records.js';
import { coreRequest, withCore } from './session.js';
import { CONNECTING, Telling } from './telling.js';

export const logout: Action = async (call) => {
  const { io, settings, home, signal } = call;
  const credentials = knownCredentials(settings);
  if (credentials === undefined) throw new TadError('login-required', 'not logged in');
  return await withCore(call, coreRequest(call, credentials), async (core) => {
    using telling = new Telling(call, core);
    telling.waitFor(CONNECTING);
    await core.connect(signal);
    telling.waitFor('ending the session');
    await core.logout(signal);
    telling.waitFor(undefined);
    // The server belonged to the session; the api id and hash belong to the person.
    updateConfigFile(
      home.profileConfigFile,
      new Map([
        ['server', undefined],
        ['server-key', undefined],
      ]),
    );
    if (settings.get('json')) io.stdout.line(record(io.now(), 'logout.done', {}));
    else io.stdout.line('logged out; the library and the files are as they were');
    return 0;
  });
};
