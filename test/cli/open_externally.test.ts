import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExternally, wordsOf } from '../../src/cli/open_externally.js';
import { temporaryDirectory } from './fake_io.js';

/** What is told of a player that fails. */
const complaint = (player: string) =>
  new Promise<string>((resolve) =>
    openExternally('play', '/music/one.mp3', player, {
      onStarted: () => {},
      complain: ({ text }) => resolve(text),
    }),
  );

describe("the person's player", () => {
  it.each([
    ['mpv', ['mpv']],
    ['  mpv   --loop ', ['mpv', '--loop']],
    ['"/opt/my player/run" --title="One song" \'a b\'', ['/opt/my player/run', '--title=One song', 'a b']],
    ["it's", ["it's"]],
    [`mpv ""`, ['mpv', '']],
    ['   ', []],
  ])('%j is called as %j', (command, words) => {
    expect(wordsOf(command)).toEqual(words);
  });

  it('is found whatever blanks stand around its name', async () => {
    expect(await complaint(' false  --quiet ')).toBe('false could not play /music/one.mp3 (exit code 1)');
  });

  it('may have a blank in its name', async () => {
    const directory = join(temporaryDirectory(), 'my players');
    mkdirSync(directory);
    const player = join(directory, 'play it');
    writeFileSync(player, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    expect(await complaint(`"${player}"`)).toBe(`${player} could not play /music/one.mp3 (exit code 3)`);
  });

  it('is said to run only when it does, and otherwise what to do', async () => {
    const started = new Promise<string>((resolve) =>
      openExternally('play', '/music/one.mp3', 'true', {
        onStarted: () => resolve('started'),
        complain: ({ text }) => resolve(text),
      }),
    );
    expect(await started).toBe('started');
    const missing = new Promise<string>((resolve) =>
      openExternally('play', '/music/one.mp3', 'no-such-player', {
        onStarted: () => resolve('started'),
        complain: ({ text }) => resolve(text),
      }),
    );
    expect(await missing).toBe('no-such-player is not installed here; S sets the player');
  });

  it.each(['""', '"" --loop', 'no-such-player\0'])('%j, which cannot be run, is told of', async (player) => {
    expect(await complaint(player)).toContain('cannot be run');
  });
});
