import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeLayout } from '../../src/core/config/home.js';
import { openLibrary } from '../../src/core/library/library.js';
import type { ChatTarget } from '../../src/core/types.js';
import { chat, HASH, message } from '../core/library/rows.js';
import { CHAT, FakeCore } from './fake_core.js';
import { makeWorld, recordsOf, type World } from './fake_io.js';

/** A core that remembers what it is asked to download. */
class ListCore extends FakeCore {
  targets: readonly ChatTarget[] = [];
  resolved: string[] = [];

  override async resolve(...call: Parameters<FakeCore['resolve']>): Promise<ChatTarget> {
    this.resolved.push(call[0]);
    return await super.resolve(...call);
  }

  override download(...call: Parameters<FakeCore['download']>): ReturnType<FakeCore['download']> {
    [this.targets] = call;
    return super.download(...call);
  }
}

function worldWithList(text: string): { world: World; core: ListCore; list: string } {
  const core = new ListCore();
  const world = makeWorld(core);
  const list = join(world.home, 'list.txt');
  writeFileSync(list, text);
  return { world, core, list };
}

describe('a part of a title', () => {
  it.each([
    [true, [], 0],
    [true, ['--json'], 1],
    [false, [], 1],
  ])('on a terminal: %s, with %j: ends with %d', async (isTerminal, options, exit) => {
    const world = makeWorld();
    world.stderr.isTTY = isTerminal;
    expect(await world.tad('--no-ui', 'download', ...options, 'Night')).toBe(exit);
  });

  it('is none in a list', async () => {
    const { world, list } = worldWithList('Night\n');
    world.stderr.isTTY = true;
    expect(await world.tad('--no-ui', 'download', '--from-file', list)).toBe(1);
  });
});

describe('tad download --from-file', () => {
  it('takes chats and messages, one a line, and looks each chat up once', async () => {
    const lines = [
      '\uFEFF# mine',
      '',
      `  ${CHAT.title}\r`,
      `{"event":"track","chatId":"${CHAT.id}","messageId":7}`,
      `{"chatId":"${CHAT.id}","messageId":9}`,
      `{"chatId":"${CHAT.id}"}`,
    ];
    const { world, core, list } = worldWithList(lines.join('\n'));
    expect(await world.tad('download', '--from-file', list)).toBe(0);
    expect(core.targets).toEqual([
      { chat: CHAT },
      { chat: CHAT, messageId: 7 },
      { chat: CHAT, messageId: 9 },
      { chat: CHAT },
    ]);
    expect(core.resolved).toEqual([CHAT.title, CHAT.id]);
  });

  it('adds to what the command line names', async () => {
    const { world, core, list } = worldWithList(CHAT.id);
    expect(await world.tad('download', CHAT.title, '--from-file', list)).toBe(0);
    expect(core.resolved).toEqual([CHAT.title, CHAT.id]);
  });

  it.each([
    ['{"chatId":7}', 'line 1: no chatId in it'],
    ['# fine\n{"chatId"', 'line 2: no chatId in it'],
    [`${'x'.repeat(70_000)}`, 'line 1'],
  ])('refuses %#: a line that names nothing', async (text, problem) => {
    const { world, core, list } = worldWithList(text);
    expect(await world.tad('download', '--from-file', list)).toBe(2);
    expect(world.stderr.text).toContain(`tad: ${list}`);
    expect(world.stderr.text).toContain(problem);
    expect(core.request).toBeUndefined();
  });

  it('names the line of a chat that there is not, fetches the others, and ends with 1', async () => {
    const { world, core, list } = worldWithList(`# mine\nNigt Music\n${CHAT.title}\nNigt Music`);
    expect(await world.tad('download', '--from-file', list)).toBe(1);
    const problem = "no chat 'Nigt Music'. Did you mean Night Music?\n";
    expect(world.stderr.text).toBe(`tad: ${list}, line 2: ${problem}tad: ${list}, line 4: ${problem}`);
    expect(core.targets).toEqual([{ chat: CHAT }]);
    expect(core.resolved).toEqual(['Nigt Music', CHAT.title]);
  });

  it('fetches nothing when no line names a chat', async () => {
    const { world, core, list } = worldWithList('Nigt Music');
    expect(await world.tad('download', '--from-file', list)).toBe(1);
    expect(core.request).toBeUndefined();
  });

  it('says which file it cannot read', async () => {
    const world = makeWorld();
    expect(await world.tad('download', '--from-file', join(world.home, 'none'))).toBe(1);
    expect(world.stderr.text).toContain(
      `tad: cannot read ${join(world.home, 'none')}: there is no such file`,
    );
  });
});

describe('tad export', () => {
  function fill(world: World, count: number): void {
    const { libraryFile } = homeLayout(world.home, 'default');
    using library = openLibrary({ file: libraryFile });
    library.saveChats([chat()]);
    library.inTransaction(() => {
      for (let n = 1; n <= count; n++) {
        const { chatId, messageId, location } = message(n);
        library.saveMessages([message(n)]);
        library.completeTransfer({
          documentId: location.documentId,
          chatId,
          messageId,
          path: `/music/${n}.mp3`,
          bytes: location.size,
          sha256: HASH,
        });
      }
    });
  }

  it('writes every file of the library, oldest first, and asks nobody', async () => {
    const world = makeWorld();
    fill(world, 1_203);
    expect(await world.tad('export')).toBe(0);
    const paths = Array.from({ length: 1_203 }, (_, n) => `/music/${n + 1}.mp3`);
    expect(world.stdout.text).toBe(`${paths.join('\n')}\n`);
    expect(world.requests).toEqual([]);
  });

  it('writes NDJSON that a download can start from', async () => {
    const world = makeWorld();
    fill(world, 2);
    expect(await world.tad('export', '--json')).toBe(0);
    expect(recordsOf(world.stdout)).toMatchObject([
      {
        event: 'track',
        chatId: chat().id,
        chatTitle: 'Jazz at night',
        messageId: 1,
        documentId: message(1).location.documentId,
        path: '/music/1.mp3',
        bytes: 1_000_001,
        sha256: HASH,
      },
      { messageId: 2 },
    ]);
  });

  it('writes nothing when there is no library yet', async () => {
    const world = makeWorld();
    expect(await world.tad('export')).toBe(0);
    expect(world.stdout.text).toBe('');
  });
});
