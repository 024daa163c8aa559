import type { Chat } from '../core/types.js';
import type { Action } from './command.js';
import { columns } from './format.js';
import { record } from './records.js';
import { withSession } from './session.js';
import { Telling } from './telling.js';

function row(chat: Chat): string[] {
  const name = chat.username === undefined ? '' : `@${chat.username}`;
  return [chat.id, chat.kind, name, chat.folders.join(', '), chat.title];
}

export const chats: Action = async (call) => {
  const { io, settings, signal } = call;
  return await withSession(
    call,
    (core) => new Telling(call, core),
    async (core, telling) => {
      telling.waitFor('listing the chats');
      const found = await core.chats(signal);
      telling.waitFor(undefined);
      if (settings.get('json')) {
        for (const { accessHash: _, ...chat } of found)
          await io.stdout.lineWhenReady(record(io.now(), 'chat', chat));
        return 0;
      }
      const lines = columns([['ID', 'KIND', 'NAME', 'FOLDER', 'TITLE'], ...found.map(row)]);
      for (const line of lines) await io.stdout.lineWhenReady(line);
      return 0;
    },
  );
};
