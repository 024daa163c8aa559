import { describe, expect } from 'vitest';
import { home, journey, openTad, SMALL_WORLD, startServer } from './journey.js';

describe('the first run', () => {
  journey('offers the demo or an account, and explains what is wrong with an api id or hash', async () => {
    const terminal = openTad(['--home', home()], { columns: 80, rows: 24 });
    await terminal.until('Welcome to tad');
    expect(terminal.screen()).toMatch(/d {2}demo.*\n.*a {2}your Telegram account/);
    terminal.press('a');
    await terminal.until('https://my.telegram.org');
    terminal.press('twelve', 'enter');
    await terminal.until('The api id is a number');
    terminal.press('ctrl+u', '12345', 'enter');
    await terminal.until('Api hash:');
    terminal.press('short', 'enter');
    await terminal.until('The api hash has 32 characters');
    terminal.press('esc');
    await terminal.until('your Telegram account');
    terminal.press('d');
    await terminal.until('Night Ferry Radio');
    terminal.press('q');
    expect(await terminal.ended()).toEqual({ code: 0, modes: 'restored' });
  });
});

describe('logging in', () => {
  journey(
    'by phone: a wrong number and a wrong code are explained in place, then the chats are there',
    async () => {
      const server = await startServer();
      const directory = home();
      const first = openTad(['--home', directory, ...server]);
      await first.until('phone number and code');
      first.press('p');
      await first.until('Phone number:');
      first.press('+1555', 'enter');
      await first.until('no Telegram account has this phone number');
      first.press('9996620001', 'enter');
      await first.until('Telegram sent 5 digits');
      first.press('11111', 'enter');
      await first.until('the login code is wrong');
      first.press('22222', 'enter');
      await first.until(/Demo Listener {2}● online/);
      await first.until('Night Ferry Radio');
      first.press('q');
      expect(await first.ended()).toEqual({ code: 0, modes: 'restored' });

      // The next start asks for nothing.
      const second = openTad(['--home', directory], {
        env: { TAD_SERVER: server[1]!, TAD_SERVER_KEY: server[3]! },
      });
      await second.until('Night Ferry Radio');
    },
  );

  journey('from another api id to the chats, with everything wrong once', async () => {
    const directory = home();
    const server = await startServer();
    const first = openTad(['--home', directory, ...server], { columns: 80, rows: 24 });
    await first.until('another api id and hash');
    first.press('a');
    await first.until('https://my.telegram.org');
    first.press('twelve', 'enter');
    await first.until('The api id is a number');
    first.press('ctrl+u', '12345', 'enter');
    await first.until('Api hash:');
    first.press('short', 'enter');
    await first.until('The api hash has 32 characters');
    first.press('ctrl+u', '0123456789abcdef'.repeat(2), 'enter');
    await first.until('phone number and code');
    first.press('p');
    await first.until('Phone number:');
    first.press('9996620001', 'enter');
    await first.until('Telegram sent 5 digits');
    first.press('11111', 'enter');
    await first.until('the login code is wrong');
    first.press('22222', 'enter');
    await first.until('Night Ferry Radio');
    // What Telegram has accepted is kept; the hash is never shown.
    first.press('S');
    expect(await first.until(/api-hash +config file +\(hidden\)/)).toMatch(/api-id +config file +12345/);
    first.press('q');
    await first.until('1 Chats');
    first.press('q');
    expect(await first.ended()).toEqual({ code: 0, modes: 'restored' });
  });

  journey('when Telegram asks to wait before it sends a code: the seconds go by on the screen', async () => {
    // With this seed the first code has a wait of two seconds, the second none.
    const server = await startServer([...SMALL_WORLD, '--seed', '18', '--fault', 'login-flood=0.5']);
    const terminal = openTad(['--home', home(), ...server]);
    await terminal.until('phone number and code');
    terminal.press('p');
    await terminal.until('Phone number:');
    terminal.press('9996620001', 'enter');
    await terminal.until('Telegram asks to wait 2s.');
    await terminal.until('Telegram asks to wait 1s.');
    await terminal.until('Telegram sent 5 digits');
    terminal.press('22222', 'enter');
    await terminal.until('Night Ferry Radio');
  });

  journey('with a two-step password, which is never shown', async () => {
    const terminal = openTad(['--home', home(), ...(await startServer())]);
    await terminal.until('phone number and code');
    terminal.press('p');
    await terminal.until('Phone number:');
    terminal.press('9996620002', 'enter');
    await terminal.until('Code:');
    terminal.press('22222', 'enter');
    await terminal.until('Hint: the demo password');
    terminal.press('wrong horse', 'enter');
    await terminal.until('the password is wrong');
    terminal.press('correct horse');
    await terminal.until('•'.repeat('correct horse'.length));
    terminal.press('enter');
    await terminal.until('Careful Collector');
    expect(terminal.raw).not.toContain('correct horse');
  });

  journey('by a QR code that fits the screen, and back', async () => {
    const terminal = openTad(['--home', home(), ...(await startServer())]);
    await terminal.until('QR code');
    terminal.press('r');
    const screen = await terminal.until('Link Desktop Device');
    expect(screen).toMatch(/█▀▀▀▀▀█|▄▄▄▄▄/);
    terminal.press('esc');
    await terminal.until('phone number and code');
    terminal.press('q');
    expect((await terminal.ended()).code).toBe(0);
  });
});
