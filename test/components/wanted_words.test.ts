import { describe, expect, it } from 'vitest';
import { wantedWords } from '../../src/components/wanted_words.js';
import { TadError } from '../../src/core/errors.js';
import { CHAT, OFFLINE } from './fake_core.js';

const row = {
  chat: CHAT,
  counts: undefined,
  fresh: 0,
  total: undefined,
  isCounted: false,
  isUncountable: false,
};
const idle = {
  wanted: 1,
  problems: [],
  connection: { state: 'online' as const },
  chats: { rows: [{ ...row, scanning: undefined }], isLoading: false, problem: undefined },
};

describe('what wanted work does while no file of it is known', () => {
  it.each([
    ['nothing is wanted', { ...idle, wanted: 0 }, undefined],
    ['it was just asked for', idle, '1 download that you asked for: asking Telegram for the first messages'],
    [
      'Telegram is away',
      { ...idle, connection: { state: 'reconnecting' as const } },
      '1 download that you asked for: waits for Telegram',
    ],
    [
      'the chats are being listed',
      { ...idle, chats: { ...idle.chats, isLoading: true } },
      '1 download that you asked for: waits for the list of chats',
    ],
    [
      'the chats could not be listed',
      { ...idle, chats: { ...idle.chats, problem: OFFLINE } },
      '1 download that you asked for: the list of chats is missing',
    ],
    [
      'a chat is scanned',
      { ...idle, chats: { ...idle.chats, rows: [{ ...row, scanning: 0 }] } },
      'looking through 1 chat',
    ],
    [
      'it stopped, whatever else goes on',
      { ...idle, wanted: 2, problems: [new TadError('not-writable', 'the disk is gone')] },
      '1 download stopped: the disk is gone',
    ],
  ])('%s', (_, work, expected) => {
    expect(wantedWords(work)?.text).toBe(expected);
  });
});
