import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { App } from '../../src/components/app.js';
import type { DashboardHost, SessionChoice } from '../../src/components/host.js';
import { chooseTheme } from '../../src/components/theme.js';
import { TadError } from '../../src/core/errors.js';
import type { LoginPrompts } from '../../src/core/face.js';
import { ACCOUNT } from '../cli/fake_core.js';
import { CHAT, DashboardCore, message, OFFLINE, track, transfer } from './fake_core.js';
import { fakeHost, mountBare, PATIENCE, PLAIN, type Screen, type Size } from './screen.js';

const SIZE: Size = { columns: 100, rows: 30 };

async function open(
  over: Partial<DashboardHost>,
  size: Size = SIZE,
  suspend = async () => {},
  theme = PLAIN,
) {
  const choices: SessionChoice[] = [];
  const core = new DashboardCore();
  const status = core.status.bind(core);
  core.status = () => {
    const { account, ...rest } = status();
    return core.loggedIn ? { ...rest, ...(account && { account }) } : rest;
  };
  const host = fakeHost({
    openCore: async (choice) => {
      choices.push(choice);
      return core;
    },
    qrLines: (text) => [`code of ${text}`],
    ...over,
  });
  const { signal } = new AbortController();
  const app = <App host={host} theme={theme} signal={signal} suspend={suspend} />;
  return { screen: await mountBare(app, size), choices, core };
}

/** A session that has to log in first. */
const withLogin = async (dialogue: (prompts: LoginPrompts) => Promise<void>, theme = PLAIN) => {
  const core = new DashboardCore();
  core.loggedIn = false;
  core.dialogue = dialogue;
  const status = core.status.bind(core);
  core.status = () => {
    const { account, ...rest } = status();
    return core.loggedIn ? { ...rest, ...(account && { account }) } : rest;
  };
  const { screen } = await open({ openCore: async () => core }, SIZE, undefined, theme);
  await screen.shows('Log in to Telegram');
  return screen;
};

describe('the wait for Telegram', () => {
  it('says how long it is, and why', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const core = new DashboardCore();
    const answer = Promise.withResolvers<void>();
    const connect = core.connect.bind(core);
    core.loggedIn = true;
    const status = core.status.bind(core);
    core.status = () => {
      const { account: _, ...rest } = status();
      return rest;
    };
    core.connect = async () => {
      await answer.promise;
      return await connect();
    };
    const { screen } = await open({ configured: false, openCore: async () => core });
    await screen.press('d');
    await screen.shows('Connecting to Telegram…');
    expect(screen.text()).not.toMatch(/Telegram… \d/);
    vi.setSystemTime(12_000);
    core.events.emit('connection.retry', { reason: 'no connection in time' });
    await screen.shows(/Connecting to Telegram… 12s[\s\S]*no connection in time; trying again/);
    core.events.emit('flood.wait', { seconds: 30, method: 'users.getUsers', until: 42 });
    await screen.shows('Telegram asks to wait 30s');
    answer.resolve();
    await screen.shows('1 Chats');
  });
});

describe('the first run', () => {
  it('opens the demo with one key', async () => {
    const { screen, choices } = await open({ configured: false });
    expect(screen.text()).toContain('Welcome to tad');
    await screen.press('d');
    await screen.shows('1 Chats');
    expect(choices).toEqual([{ kind: 'demo' }]);
  });

  it('takes api id and hash, and explains in place what cannot be one', async () => {
    const { screen, choices } = await open({ configured: false });
    await screen.press('a');
    expect(screen.text()).toContain('https://my.telegram.org');
    await screen.press('x', 'enter');
    expect(screen.text()).toContain('The api id is a number');
    await screen.press('backspace', '1', '2', '3', 'enter', '1', '2', 'enter');
    expect(screen.text()).toContain('The api hash has 32 characters');
    await screen.press('\x15');
    await screen.press('0123456789abcdef0123456789abcdef');
    await screen.shows('0123456789abcdef0123456789abcdef');
    await screen.press('enter');
    await vi.waitFor(
      () =>
        expect(choices).toEqual([
          { kind: 'account', apiId: 123, apiHash: '0123456789abcdef0123456789abcdef' },
        ]),
      PATIENCE,
    );
  });
});

describe('the login', () => {
  it('asks for phone, code and password, and again where an answer was wrong', async () => {
    const answers: string[] = [];
    const screen = await withLogin(async (prompts) => {
      answers.push(await prompts.phone());
      answers.push(await prompts.code({ sentTo: 'your Telegram app', length: 5 }));
      answers.push(await prompts.code({ sentTo: 'your Telegram app', length: 5 }, 'the code is wrong'));
      prompts.wait?.(42);
      answers.push(await prompts.password('a pet'));
    });
    await screen.press('p');
    await screen.shows('With the country code');
    await screen.press('+', '4', '9', 'enter');
    await screen.shows('Telegram sent 5 digits to your Telegram app.');
    await screen.press('1', 'enter');
    await screen.shows('the code is wrong');
    await screen.press('2', 'enter');
    await screen.shows('Hint: a pet');
    await screen.press('s', 'e', 'c');
    expect(screen.text()).toContain('•••');
    expect(screen.text()).not.toContain('sec');
    await screen.press('enter');
    await screen.shows('1 Chats');
    expect(answers).toEqual(['+49', '1', '2', 'sec']);
  });

  it('shows a QR code, anew whenever it changes, until it is scanned', async () => {
    let scanned = () => {};
    const screen = await withLogin(async (prompts) => {
      prompts.qr?.('tg://login?token=one', 0);
      await new Promise<void>((resolve) => {
        scanned = () => {
          prompts.qr?.('tg://login?token=two', 0);
          scanned = resolve;
        };
      });
    });
    await screen.press('r');
    await screen.shows('code of tg://login?token=one');
    scanned();
    await screen.shows('code of tg://login?token=two');
    scanned();
    await screen.shows('1 Chats');
  });

  it('shows the link of a QR code where there are no blocks to draw it with', async () => {
    const theme = chooseTheme({}, { ascii: true });
    const screen = await withLogin(async (prompts) => {
      prompts.qr?.('tg://login?token=one', 0);
      await new Promise(() => {});
    }, theme);
    await screen.press('r');
    await screen.shows(/cannot draw a QR code[\s\S]*tg:\/\/login\?token=one/);
    expect(screen.text()).not.toContain('code of');
  });

  it('says why it was refused, and starts anew', async () => {
    const screen = await withLogin(async () => {
      throw new TadError('login-refused', 'this number is banned', 'ask Telegram');
    });
    await screen.press('p');
    await screen.shows(/this number is banned[\s\S]*ask Telegram/);
    expect(screen.text()).toContain('phone number and code');
  });

  it('counts a wait down, and is left with Esc meanwhile', async () => {
    const screen = await withLogin(async (prompts) => {
      prompts.wait?.(2);
      await new Promise(() => {});
    });
    await screen.press('p');
    await screen.shows('Telegram asks to wait 2s.');
    await screen.shows('Telegram asks to wait 1s.');
    await screen.shows('Asking Telegram…');
    await screen.press('esc');
    await screen.shows('phone number and code');
    expect(screen.text()).not.toContain('asks to wait');
  });

  it('takes another api id and hash when Telegram refuses the first', async () => {
    const core = new DashboardCore();
    core.loggedIn = false;
    core.dialogue = async () => {
      throw new TadError('login-refused', 'this api id is not valid');
    };
    const status = core.status.bind(core);
    core.status = () => {
      const { account: _, ...rest } = status();
      return rest;
    };
    const choices: SessionChoice[] = [];
    const { screen } = await open({
      openCore: async (choice) => {
        choices.push(choice);
        return core;
      },
    });
    await screen.shows('Log in to Telegram');
    await screen.press('p');
    await screen.shows('this api id is not valid');
    await screen.press('a');
    await screen.shows('Api id:');
    await screen.press('7', 'enter');
    await screen.shows('Api hash:');
    await screen.press('0123456789abcdef0123456789abcdef', 'enter');
    const apiHash = '0123456789abcdef0123456789abcdef';
    await vi.waitFor(
      () => expect(choices.slice(1)).toEqual([{ kind: 'account', apiId: 7, apiHash }]),
      PATIENCE,
    );
  });

  it('comes again, with the reason, when the session was ended elsewhere', async () => {
    let accepted = 0;
    const { screen, core } = await open({ accepted: () => accepted++ });
    await screen.shows('1 Chats');
    await vi.waitFor(() => expect(accepted).toBe(1));
    core.events.emit('login.required', { reason: 'this session was ended on another device' });
    await screen.shows(/Log in to Telegram[\s\S]*this session was ended on another device/);
    core.dialogue = async () => {};
    await screen.press('p');
    await screen.shows('1 Chats');
    await vi.waitFor(() => expect(accepted).toBe(2));
  });

  it('is left with Esc', async () => {
    const screen = await withLogin(async (prompts) => {
      await prompts.phone();
    });
    await screen.press('p');
    await screen.shows('Phone number:');
    await screen.press('esc');
    await screen.shows('QR code, scanned by Telegram');
  });
});

describe('the start', () => {
  it('goes straight to the chats when all is known', async () => {
    const { screen, choices } = await open({});
    await screen.shows('Night Music');
    expect(choices).toEqual([{ kind: 'configured' }]);
  });

  it('says what went wrong, and tries again', async () => {
    let failures = 1;
    const core = new DashboardCore();
    const { screen } = await open({
      openCore: async () => {
        if (failures-- > 0) throw OFFLINE;
        return core;
      },
    });
    await screen.shows(/Telegram cannot be reached[\s\S]*check the connection/);
    await screen.press('r');
    await screen.shows('1 Chats');
  });

  it('shows what is known while Telegram cannot be reached, and goes on by itself when it can', async () => {
    const core = new DashboardCore();
    core.loggedIn = false;
    core.shelf.known = [CHAT];
    core.shelf.tracks = [track(1)];
    const status = core.status.bind(core);
    core.status = () => {
      const { account, ...rest } = status();
      return core.loggedIn && account ? { ...rest, account } : { ...rest, connection: 'offline' };
    };
    core.connect = async () => {
      core.events.emit('connection.state', { state: 'connecting' });
      if (!core.loggedIn) throw OFFLINE;
      core.events.emit('connection.state', { state: 'online' });
      return ACCOUNT;
    };
    const { screen } = await open({ openCore: async () => core });
    await screen.shows(/offline[\s\S]*Night Music[\s\S]*Telegram cannot be reached[\s\S]*r tries again/);
    for (const [key, shown] of [
      ['L', 'Title 1 – Someone'],
      ['E', 'newest first'],
      ['S', 'Settings'],
      ['?', 'Every list'],
    ] as const) {
      await screen.press(key);
      await screen.shows(shown);
      await screen.press('q');
    }
    core.chatList = [{ ...CHAT, title: 'Morning Music' }];
    core.loggedIn = true;
    core.events.emit('connection.state', { state: 'online' });
    await screen.shows('Morning Music');
    expect(screen.text()).not.toContain('r tries again');
  });

  it('is a card with the reason where another process has the session', async () => {
    const core = new DashboardCore();
    core.loggedIn = false;
    core.shelf.known = [CHAT];
    const status = core.status.bind(core);
    core.status = () => {
      const { account: _, ...rest } = status();
      return rest;
    };
    core.connect = () => Promise.reject(new TadError('session-locked', 'this session is in use'));
    const { screen } = await open({ openCore: async () => core });
    await screen.shows(/this session is in use[\s\S]*r {2}try again/);
    expect(core.enqueued).toEqual([]);
  });

  it('asks for a larger terminal, and goes on where it was in one', async () => {
    const { screen } = await open({}, { columns: 50, rows: 10 });
    await screen.shows('Terminal too small: 50x10, need 60x15');
    screen.resize(SIZE);
    await screen.shows('1 Chats');
    screen.resize({ columns: 80, rows: 24 });
    await vi.waitFor(() => expect(screen.lines()).toHaveLength(24), PATIENCE);
  });
});

describe('a window that gets too small for a while', () => {
  const TOO_SMALL: Size = { columns: 50, rows: 10 };
  const shrinkAndGrow = async (screen: Screen) => {
    screen.resize(TOO_SMALL);
    await screen.shows('Terminal too small: 50x10');
    screen.resize(SIZE);
  };

  it('neither starts work again nor forgets what was told', async () => {
    const wanted = [{ name: CHAT.id, messageId: 5 }];
    const { screen, core } = await open({ loadState: () => ({ wanted }), targets: [CHAT.title] });
    core.work = () => new Promise(() => {});
    await screen.shows('Night Music');
    await vi.waitFor(() => expect(core.downloads).toHaveLength(2), PATIENCE);
    core.events.emit('notice', { level: 'info', text: 'told before' });
    await screen.press('E');
    await screen.shows(/Log[\s\S]*told before/);
    await shrinkAndGrow(screen);
    await screen.shows(/Log[\s\S]*told before/);
    expect(core.downloads).toHaveLength(2);
  });

  it('keeps the login and what was typed', async () => {
    const asked: string[] = [];
    const screen = await withLogin(async ({ phone }) => {
      asked.push('phone');
      await phone();
    });
    await screen.press('p');
    await screen.shows('Phone number:');
    await screen.press('+', '4', '9');
    await shrinkAndGrow(screen);
    await screen.shows('Phone number: +49');
    expect(asked).toEqual(['phone']);
  });

  it('hears no key of what is out of sight, and asks before it quits', async () => {
    const { screen, core } = await open({});
    await screen.shows('Night Music');
    core.events.emit('transfer.started', transfer());
    await screen.shows('1 active');
    screen.resize(TOO_SMALL);
    await screen.shows('too small');
    await screen.press('space', 'd', 'L', 'q');
    await screen.shows(/1 transfer will stop/);
    await screen.press('n');
    screen.resize(SIZE);
    await screen.shows('1 Chats');
    expect(core.downloads).toEqual([]);
    expect(screen.text()).not.toContain('marked');
  });
});

describe('Ctrl-Z', () => {
  it('gives the terminal to the shell from everywhere, once at a time', async () => {
    let comeBack = () => {};
    const suspend = vi.fn(() => new Promise<void>((resolve) => (comeBack = resolve)));
    const { screen } = await open({}, SIZE, suspend);
    await screen.shows('Night Music');
    await screen.press('/', 'n', '\x1a\x1ai');
    // The key behind both was heard: so were they.
    await screen.shows('/ ni');
    await vi.waitFor(() => expect(suspend).toHaveBeenCalledOnce(), PATIENCE);
    comeBack();
    await vi.waitFor(async () => {
      await screen.press('\x1a');
      expect(suspend).toHaveBeenCalledTimes(2);
    }, PATIENCE);
    comeBack();
  });

  it('does nothing where there is no shell to go to', async () => {
    const { screen } = await open({}, SIZE, () => Promise.reject(new Error('no job control')));
    await screen.shows('Night Music');
    await screen.press('\x1a', 'L');
    await screen.shows('The library is empty');
  });
});

describe('the next run', () => {
  /** The same world each time; what the dashboard saved goes from run to run. */
  function runs() {
    let saved: unknown;
    return async () => {
      const core = new DashboardCore();
      core.chatList = [1, 2, 3, 4].map((n) => ({ ...CHAT, id: `-100${n}`, title: `Chat ${n}` }));
      core.shelf.seen = [1, 2, 3, 4, 5].map((n) =>
        message(n, { kind: n === 5 ? 'voice' : 'music', title: n % 2 ? `Odd ${n}` : `Even ${n}` }),
      );
      core.shelf.tracks = [1, 2, 3].map((n) => track(n));
      core.transfers = [1, 2, 3].map((n) =>
        transfer({ documentId: String(n), fileName: `file ${n}`, state: 'queued' }),
      );
      const { screen } = await open({
        openCore: async () => core,
        loadState: () => saved,
        // As a file would have it.
        saveState: (state) => {
          saved = JSON.parse(JSON.stringify(state));
        },
      });
      await screen.shows('Chat 3');
      return screen;
    };
  }

  it('has the cursors and marks of the panes where they were', async () => {
    const run = runs();
    const first = await run();
    await first.press('s', 's', 's', 'j', 'space', 'j', '2', 'j', 'j', '1');
    await first.shows(/▸. \w Chat 4/);
    first.unmount();
    const second = await run();
    await second.shows(/◆ \w Chat 2[\s\S]*▸. \w Chat 4/);
    await second.press('2');
    await second.shows(/▸.*file 3/);
    second.unmount();
    await (await run()).shows(/▸.*file 3/);
  });

  it('is told of a cursor when the keys have rested, not with each of them', async () => {
    const saves: unknown[] = [];
    const core = new DashboardCore();
    core.chatList = Array.from({ length: 20 }, (_, n) => ({ ...CHAT, id: `-${n}`, title: `Chat ${n}` }));
    const { screen } = await open({ openCore: async () => core, saveState: (state) => saves.push(state) });
    await screen.shows('Chat 12');
    for (let n = 1; n <= 12; n++) await screen.press('j');
    await screen.shows(/▸. \w Chat 12/);
    screen.unmount();
    expect(saves.length).toBeLessThan(12);
    expect(saves.at(-1)).toMatchObject({ chatCursor: '-12' });
  });

  it('has a chat’s messages as they were left: filter, kind, order, marks and cursor', async () => {
    const run = runs();
    const first = await run();
    await first.press('enter');
    await first.shows('Odd 5');
    await first.press('/', 'o', 'd', 'd', 'enter', 't', 's', 'space');
    await first.shows(/1 marked · music · oldest first · 2\/5/);
    await first.shows(/▸.*Odd 3/);
    first.unmount();
    const second = await run();
    await second.press('enter');
    await second.shows(/1 marked · music · oldest first · 2\/5[\s\S]*◆.*Odd 1[\s\S]*▸.*Odd 3/);
    await second.press('esc');
    await second.shows('4/5');
    await second.press('esc');
    await second.shows('1 Chats');
    await second.press('j', 'enter');
    await second.shows(/Chat 2 ─+ 5 ─/);
  });

  it('has the library as it was left, and in the same run, too', async () => {
    const run = runs();
    const first = await run();
    await first.press('L');
    await first.shows('3 tracks');
    await first.press('/', 't', 'i', 't', 'l', 'e', 'enter', 's', 'j', 'enter');
    const left = /oldest first · .*3 tracks[\s\S]*\/ title[\s\S]*▸.*Title 2/;
    await first.shows(left);
    await first.press('1', 'L');
    await first.shows(left);
    first.unmount();
    const second = await run();
    await second.press('L');
    await second.shows(left);
  });
});
