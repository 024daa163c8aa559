import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageFilter } from '../../../src/core/face.js';
import { BIG, chat, complete, filledLibrary, message, tempLibrary } from './fixtures.js';

describe('chats', () => {
  it('gives back every field, and no field that was not there', () => {
    const library = tempLibrary();
    const full = chat({
      username: 'jazz',
      accessHash: '-9223372036854775808',
      folders: ['Music', 'Nächte'],
      pinned: true,
      memberCount: 12,
      lastMessageDate: 1_700_000_000,
    });
    const bare = chat({ id: '-42', kind: 'group', title: 'Плёнка' });
    library.saveChats([full, bare]);
    expect(library.chat(full.id)).toEqual(full);
    expect(library.chat('-42')).toEqual(bare);
    expect(library.chat('7')).toBeUndefined();
  });

  it('lists pinned chats first, then the most recent', () => {
    const library = tempLibrary();
    library.saveChats([
      chat({ id: '1', lastMessageDate: 10 }),
      chat({ id: '2', lastMessageDate: 30 }),
      chat({ id: '3', lastMessageDate: 20, pinned: true }),
    ]);
    expect(library.chats().map((one) => one.id)).toEqual(['3', '2', '1']);
  });

  it('updates a chat that it knows', () => {
    const library = tempLibrary();
    library.saveChats([chat({ username: 'old' })]);
    library.saveChats([chat({ title: 'New' })]);
    expect(library.chats()).toEqual([chat({ title: 'New' })]);
  });
});

describe('messages', () => {
  it('gives back every field, with ids that no number can hold', () => {
    const library = tempLibrary();
    library.saveChats([chat()]);
    const full = message(1, {
      topicId: 5,
      caption: 'a "caption"\nin two lines 🎷',
      thumb: { type: 'm', width: 320, height: 320, size: 4096 },
    });
    const { fileName, title, performer, duration, ...bare } = message(2, { kind: 'voice' });
    expect(library.saveMessages([full, bare])).toBe(2);
    expect(library.message(full.chatId, 1)).toEqual(full);
    expect(library.message(full.chatId, 2)).toEqual(bare);
    expect(library.message(full.chatId, 3)).toBeUndefined();
  });

  it('keeps any 64-bit id apart from its neighbours', () => {
    const library = tempLibrary();
    library.saveChats([chat()]);
    let messageId = 0;
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
        messageId += 1;
        const one = message(messageId, {
          location: { ...message(1).location, documentId: String(id), accessHash: String(id) },
        });
        library.saveMessages([one]);
        const { location } = library.message(one.chatId, messageId) ?? one;
        expect([location.documentId, location.accessHash]).toEqual([String(id), String(id)]);
        expect(library.isCompleted(String(id === 2n ** 63n - 1n ? id - 1n : id + 1n))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what is not an id of 64 bits', () => {
    const library = tempLibrary();
    for (const id of ['', 'abc', '1.5', '9223372036854775808', '-9223372036854775809', '1 OR 1=1']) {
      expect(() => library.isCompleted(id)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
  });

  it('pages newest first and counts', () => {
    const library = filledLibrary(25);
    const ids = (offset: number): number[] =>
      library.messages(chat().id, { offset, limit: 10 }).map((one) => one.messageId);
    expect(ids(0)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    expect(ids(20)).toEqual([5, 4, 3, 2, 1]);
    expect(ids(25)).toEqual([]);
    expect(library.messageCount(chat().id)).toBe(25);
    expect(library.messageCount('77')).toBe(0);
  });

  it('walks down a chat page by page, whatever is added above meanwhile', () => {
    const library = filledLibrary(25);
    const below = (messageId: number): number[] =>
      library.messagesBelow(chat().id, messageId, 10).map((one) => one.messageId);
    expect(below(26)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    library.saveMessages([message(26)]);
    expect(below(6)).toEqual([5, 4, 3, 2, 1]);
    expect(below(1)).toEqual([]);
  });

  it('pages and counts those of a kind, with words, or both, newest first', () => {
    const library = filledLibrary(0);
    const of = (n: number) => (n % 3 === 0 ? 'voice' : 'music');
    library.saveMessages(
      Array.from({ length: 30 }, (_, i) =>
        message(i + 1, { kind: of(i + 1), title: i < 15 ? `Nacht ${i}` : `Tag ${i}` }),
      ),
    );
    library.saveChats([chat({ id: '42' })]);
    library.saveMessages([message(99, { chatId: '42', title: 'Nacht elsewhere' })]);
    const ids = (filter: MessageFilter, offset = 0): number[] =>
      library.messages(chat().id, { offset, limit: 4 }, filter).map((one) => one.messageId);
    const cases: readonly [MessageFilter, readonly number[], number][] = [
      [{ kind: 'voice' }, [30, 27, 24, 21], 10],
      [{ text: 'nach' }, [15, 14, 13, 12], 15],
      [{ text: 'nach', kind: 'voice' }, [15, 12, 9, 6], 5],
      [{ text: ' -- ' }, [30, 29, 28, 27], 30],
      [{ text: 'xyzzy' }, [], 0],
      [{ kind: 'document' }, [], 0],
    ];
    for (const [filter, first, count] of cases) {
      expect(ids(filter)).toEqual(first);
      expect(library.messageCount(chat().id, filter)).toBe(count);
    }
    expect(ids({ kind: 'voice' }, 8)).toEqual([6, 3]);
    library.saveMessages([message(31, { kind: 'voice', title: 'Nacht 31' })]);
    expect(library.messageCount(chat().id, { text: 'nach', kind: 'voice' })).toBe(6);
  });

  it('counts only new messages as added, and takes over what changed in known ones', () => {
    const library = filledLibrary(3);
    const edited = message(2, { caption: 'now with a caption', title: 'Other' });
    expect(library.saveMessages([message(1), edited, message(4)])).toBe(1);
    expect(library.message(edited.chatId, 2)).toMatchObject({
      caption: 'now with a caption',
      title: 'Other',
    });
    expect(library.messageCount(chat().id)).toBe(4);
  });

  it('saves a page as a whole or not at all', () => {
    const library = filledLibrary(1);
    const stranger = message(3, { chatId: '-999' });
    expect(() => library.saveMessages([message(2), stranger])).toThrow(/FOREIGN KEY/);
    expect(library.message(chat().id, 2)).toBeUndefined();
    expect(library.messageCount(chat().id)).toBe(1);
  });

  it('takes a refreshed file reference', () => {
    const library = filledLibrary(1);
    const location = { ...message(1).location, fileReference: Uint8Array.of(9, 9), dcId: 4 };
    library.updateLocation(location.documentId, location);
    expect(library.message(chat().id, 1)?.location).toEqual(location);
  });
});

describe('counts per chat', () => {
  it('follow every order of messages, tracks, edits and removals', () => {
    const chats = ['-1001', '-1002', '5'];
    const step = fc.record({
      action: fc.constantFrom('message', 'complete', 'forget'),
      chat: fc.constantFrom(...chats),
      messageId: fc.integer({ min: 1, max: 4 }),
      document: fc.integer({ min: 1, max: 4 }),
    });
    const steps = fc.array(step, { minLength: 20, maxLength: 80 });
    const run = fc.property(steps, (todo) => {
      const library = tempLibrary();
      library.saveChats(chats.map((id) => chat({ id })));
      const seen = new Map<string, { chat: string; document: number }>();
      const have = new Map<number, string>();
      for (const { action, chat: chatId, messageId, document } of todo) {
        const key = `${chatId}/${messageId}`;
        const documentId = String(BIG + BigInt(document));
        if (action === 'message') {
          const location = { ...message(1).location, documentId };
          library.saveMessages([message(messageId, { chatId, location })]);
          seen.set(key, { chat: chatId, document });
        } else if (action === 'forget') {
          expect(library.forgetTrack(documentId)).toBe(have.delete(document));
        } else if (seen.get(key)?.document === document) {
          const known = library.message(chatId, messageId);
          if (known) complete(library, known, `/${document}`);
          have.set(document, chatId);
        }
        // Asked for at every step, so that a cache that is not invalidated shows.
        expect(new Map(library.chatCounts().map((one) => [one.chatId, one]))).toEqual(
          new Map(chats.map((id) => [id, expectedCounts(id, seen, have)])),
        );
      }
      expect(library.totals()).toMatchObject({ tracks: have.size, seen: seen.size });
      library.close();
    });
    fc.assert(run, { numRuns: 15 });
  });
});

function expectedCounts(
  chatId: string,
  seen: ReadonlyMap<string, { chat: string; document: number }>,
  have: ReadonlyMap<number, string>,
) {
  const mine = [...seen.values()].filter((one) => one.chat === chatId);
  const tracks = [...have.values()].filter((owner) => owner === chatId).length;
  return {
    chatId,
    seen: mine.length,
    have: mine.filter((one) => have.has(one.document)).length,
    tracks,
    bytes: tracks * message(1).location.size,
  };
}
