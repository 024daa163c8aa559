import type { Chat } from '../core/types.js';
import type { Action } from './command.js';
import { columns } from './format.js';
import { record } from './records.js';
import { tellNotices, withSession } from './session.js';

function row(chat: Chat): string[] {
  const name = chat.username === undefined ? '' : `@${chat.username}`;
  return [chat.id, chat.kind, name, chat.folders.join(', '), chat.title];
}

export const chats: Action = async (call) => {
  const { io, settings, signal } = call;
  return await withSession(
    call,
    (core) => tellNotices(call, core),
    async (core) => {
      const found = await core.chats(signal);
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
