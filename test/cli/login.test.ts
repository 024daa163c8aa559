import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { qrLines } from '../../src/cli/qr.js';
import { TadError } from '../../src/core/errors.js';
import type { LoginPrompts } from '../../src/core/face.js';
import { FakeCore } from './fake_core.js';
import { makeWorld, recordsOf } from './fake_io.js';

function loggedOut(): FakeCore {
  const core = new FakeCore();
  core.loggedIn = false;
  return core;
}

const given: string[] = [];

/** Asks as Telegram would of an account with a two-step password; the first code is wrong. */
async function fullDialogue(prompts: LoginPrompts): Promise<void> {
  given.length = 0;
  given.push(await prompts.phone());
  given.push(await prompts.code({ sentTo: 'your app' }));
  given.push(await prompts.code({ sentTo: 'your app' }, 'the code is wrong'));
  given.push(await prompts.password('pet'));
}

describe('tad login off a terminal', () => {
  it('reads phone, code and password as lines and remembers the api id, for its owner only', async () => {
    const world = makeWorld(loggedOut());
    world.core.dialogue = fullDialogue;
    world.input = '+99966\r\n00000\n22222\n my secret\n';
    expect(await world.tad('login')).toBe(0);
    expect(given).toEqual(['+99966', '00000', '22222', 'my secret']);
    expect(world.stdout.text).toBe('logged in as Ada Demo (@ada)\n');
    expect(world.stdout.text + world.stderr.text).not.toContain('secret');
    const config = join(world.home, 'profiles/default/config.json');
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({ 'api-id': '12', 'api-hash': 'abc' });
    expect(statSync(config).mode & 0o777).toBe(0o600);
    world.env = {};
    expect(await world.tad('chats')).toBe(0);
    expect(world.requests.at(-1)).toMatchObject({ apiId: 12, apiHash: 'abc' });
  });

  it('says why the last answer was refused when there are no more', async () => {
    const world = makeWorld(loggedOut());
    world.core.dialogue = fullDialogue;
    world.input = '+99966\n00000\n';
    expect(await world.tad('login')).toBe(3);
    expect(world.stderr.text).toBe(
      'tad: the code is wrong. Off a terminal, phone number, code and password are read as lines from stdin\n',
    );
  });

  it('says what is missing when stdin is empty, or no api id is known', async () => {
    const world = makeWorld(loggedOut());
    world.core.dialogue = fullDialogue;
    expect(await world.tad('login')).toBe(3);
    expect(world.stderr.text).toMatch(
      /^tad: no answer to "phone number, with country code": stdin has ended\./,
    );
    world.env = {};
    world.stderr.text = '';
    expect(await world.tad('login')).toBe(3);
    expect(world.stderr.text).toMatch(
      /^tad: an api id and hash are needed\. .*my\.telegram\.org.*TAD_API_ID/,
    );
  });

  it('does not ask who is logged in already', async () => {
    const world = makeWorld();
    world.core.dialogue = async () => expect.unreachable();
    expect(await world.tad('login', '--json')).toBe(0);
    expect(recordsOf(world.stdout)).toMatchObject([{ event: 'login.done', name: 'Ada Demo' }]);
  });

  it('gives up at a signal', async () => {
    const world = makeWorld(loggedOut());
    world.core.dialogue = fullDialogue;
    world.input = new PassThrough();
    const ended = world.tad('login');
    await vi.waitUntil(() => world.core.asked.includes('connect'));
    await new Promise((resolve) => setImmediate(resolve));
    world.signals.emit('SIGTERM');
    expect(await ended).toBe(143);
    expect(world.core.disposed).toBe(true);
  });

  it('remembers another server until logout', async () => {
    const world = makeWorld(loggedOut());
    world.env = {};
    expect(await world.tad('login', '--server', '127.0.0.1:4430', '--server-key', '/k.pem')).toBe(0);
    expect(await world.tad('chats')).toBe(0);
    expect(world.requests.at(-1)).toMatchObject({
      server: { host: '127.0.0.1', port: 4430 },
      serverKeyFile: '/k.pem',
    });
    expect(await world.tad('logout')).toBe(0);
    expect(world.core.asked).toContain('logout');
    expect(JSON.parse(readFileSync(join(world.home, 'profiles/default/config.json'), 'utf8'))).toEqual({});
  });

  it('passes on that the login was refused for good', async () => {
    const world = makeWorld(loggedOut());
    world.core.dialogue = async () => {
      throw new TadError('login-refused', 'this number is banned');
    };
    expect(await world.tad('login')).toBe(3);
    expect(world.stderr.text).toBe('tad: this number is banned\n');
  });
});

describe('tad login by QR', () => {
  it('shows the code on a terminal and gives the link to a script', async () => {
    const link = 'tg://login?token=abcdef';
    const dialogue = async (prompts: LoginPrompts) => {
      expect(prompts.method).toBe('qr');
      prompts.qr?.(link, 1_800_000_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const person = makeWorld(loggedOut());
    person.core.dialogue = dialogue;
    person.stderr.isTTY = true;
    await person.tad('login', '--qr');
    expect(person.stderr.text).toContain(`${qrLines(link).join('\n')}\n`);
    const script = makeWorld(loggedOut());
    script.core.dialogue = dialogue;
    await script.tad('login', '--qr', '--json');
    expect(recordsOf(script.stdout)[0]).toMatchObject({ event: 'login.qr', link, expires: 1_800_000_000 });
  });

  it('draws every module: finder patterns in three corners', () => {
    const lines = qrLines('tg://login?token=abcdef');
    expect(new Set(lines.map((line) => [...line].length)).size).toBe(1);
    // Rows of 7 dark modules between light ones, from the top of a finder pattern.
    expect(lines[1]).toMatch(/^██ ▄▄▄▄▄ █.*█ ▄▄▄▄▄ ██$/);
    expect(lines.at(-3)).toMatch(/^██ ▄*[▄█ ]* .*██$/);
  });
});

describe('tad login on a terminal', () => {
  it('asks on stderr and never shows the password', async () => {
    const world = makeWorld(loggedOut());
    world.core.dialogue = fullDialogue;
    world.env = {};
    const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    world.input = keyboard;
    const answers = ['77', 'hash', '+99966', '00000', '22222', 'my secret'];
    const asked = ['api id: ', 'api hash: ', 'country code: ', 'your app): ', 'your app): ', '(hint: pet): '];
    const ended = world.tad('login');
    for (const [index, question] of asked.entries()) {
      await vi.waitUntil(() => world.stderr.text.includes(question));
      world.stderr.text = '';
      keyboard.write(`${answers[index]}\r`);
    }
    expect(await ended).toBe(0);
    expect(given).toEqual(answers.slice(2));
    expect(world.stderr.text).not.toContain('secret');
    expect(world.requests[0]).toMatchObject({ apiId: 77, apiHash: 'hash' });
  });
});
