import { describe, expect, it } from 'vitest';
import { BIG, chat, complete, DIGEST, filledLibrary, HASH, message } from './fixtures.js';

const OUT = '/music';

const first = message(1);
const documentId = first.location.documentId;

function begun(over: Record<string, unknown> = {}) {
  return {
    documentId,
    chatId: first.chatId,
    messageId: 1,
    path: '/music/One.mp3',
    partPath: '/music/One.mp3.part',
    size: 1_000_001,
    ...over,
  };
}

const part = (offset: number, length = 524_288) => ({ offset, length, digest: DIGEST });

describe('a transfer under way', () => {
  it('remembers its path and its parts for the next run', () => {
    const library = filledLibrary(1, { clock: { wallNow: () => 1_800_000_000_999 } });
    library.beginTransfer(begun());
    library.recordPart(documentId, part(524_288, 475_713));
    library.recordPart(documentId, part(0));
    expect(library.transferPath(documentId)).toBe('/music/One.mp3');
    expect(library.parts(documentId)).toEqual([part(0), part(524_288, 475_713)]);
    expect(library.unfinishedTransfers()).toEqual([{ ...begun(), bytes: 1_000_001, begunAt: 1_800_000_000 }]);
  });

  it('keeps its parts when it is begun again, unless they are of another file', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    library.recordPart(documentId, part(0));
    library.beginTransfer(begun());
    expect(library.parts(documentId)).toEqual([part(0)]);
    library.beginTransfer(begun({ size: 7 }));
    expect(library.parts(documentId)).toEqual([]);
    library.recordPart(documentId, part(0));
    library.beginTransfer(begun({ size: 7, partPath: '/elsewhere.part' }));
    expect(library.parts(documentId)).toEqual([]);
  });

  it('can be resumed after it failed, and says why it did until then', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    library.recordPart(documentId, part(0));
    library.failTransfer(documentId, 'no answer for 60 s');
    expect(library.unfinishedTransfers()).toMatchObject([{ reason: 'no answer for 60 s', bytes: 524_288 }]);
    library.beginTransfer(begun());
    expect(library.unfinishedTransfers()[0]).not.toHaveProperty('reason');
    expect(library.parts(documentId)).toHaveLength(1);
  });

  it('replaces a part that was fetched again, and clears them all', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    library.recordPart(documentId, part(0));
    library.recordPart(documentId, { ...part(0), digest: 'cd'.repeat(16) });
    expect(library.parts(documentId)).toEqual([{ ...part(0), digest: 'cd'.repeat(16) }]);
    library.clearParts(documentId);
    expect(library.parts(documentId)).toEqual([]);
  });

  it('has no part with a digest that is none', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    for (const digest of [HASH, DIGEST.slice(1), `${DIGEST.slice(1)}g`]) {
      const record = () => library.recordPart(documentId, { ...part(0), digest });
      expect(record).toThrow(expect.objectContaining({ code: 'internal' }));
    }
    expect(library.parts(documentId)).toEqual([]);
  });

  it('frees its path when it is dropped', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    library.recordPart(documentId, part(0));
    library.dropTransfer(documentId);
    expect(library.unfinishedTransfers()).toEqual([]);
    expect(library.pathTaken('/music/One.mp3')).toBe(false);
    expect(library.parts(documentId)).toEqual([]);
  });
});

describe('a path', () => {
  it('is taken whatever the case and the Unicode form, by transfers and by tracks', () => {
    const library = filledLibrary(2);
    library.beginTransfer(begun({ path: '/music/Café Ünder.mp3' }));
    expect(library.pathTaken('/Music/CAFE\u0301 U\u0308NDER.MP3')).toBe(true);
    expect(library.pathTaken('/music/cafe under.mp3')).toBe(false);
    complete(library, message(2), '/music/Плёнка.ogg');
    expect(library.pathTaken('/music/ПЛЁНКА.ogg'.normalize('NFD'))).toBe(true);
  });

  it('is not taken from the document that has it', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    expect(library.pathTaken('/music/one.mp3', documentId)).toBe(false);
    expect(library.pathTaken('/music/one.mp3', '1')).toBe(true);
  });

  it('cannot be given to two documents', () => {
    const library = filledLibrary(2);
    library.beginTransfer(begun());
    const second = begun({ documentId: message(2).location.documentId, path: '/music/ONE.mp3' });
    expect(() => library.beginTransfer(second)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('a completed transfer', () => {
  it('is a track, and no trace of the work is left', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    library.recordPart(documentId, part(0));
    library.queue.add([first], OUT);
    library.completeTransfer({
      ...begun(),
      bytes: 1_000_001,
      sha256: HASH.toUpperCase(),
      completedAt: 1_800_000_000,
    });
    expect(library.isCompleted(documentId)).toBe(true);
    expect(library.unfinishedTransfers()).toEqual([]);
    expect(library.parts(documentId)).toEqual([]);
    expect(library.queue.length()).toBe(0);
    expect(library.track(documentId)).toEqual({
      documentId,
      chatId: first.chatId,
      chatTitle: 'Jazz at night',
      messageId: 1,
      kind: 'music',
      path: '/music/One.mp3',
      bytes: 1_000_001,
      sha256: HASH,
      mimeType: 'audio/mpeg',
      title: 'Title 1',
      performer: 'Someone',
      duration: 180.5,
      messageDate: first.date,
      completedAt: 1_800_000_000,
    });
  });

  it('leaves everything as it was when the track cannot be written', () => {
    const library = filledLibrary(1);
    library.beginTransfer(begun());
    library.recordPart(documentId, part(0));
    library.queue.add([first], OUT);
    const done = { ...begun(), bytes: 1, sha256: 'not a hash' };
    expect(() => library.completeTransfer(done)).toThrow();
    expect(library.isCompleted(documentId)).toBe(false);
    expect(library.parts(documentId)).toHaveLength(1);
    expect(library.queue.length()).toBe(1);
  });

  it('can be forgotten and completed again', () => {
    const library = filledLibrary(1);
    complete(library, first, '/music/a.mp3');
    expect(library.forgetTrack(documentId)).toBe(true);
    expect(library.forgetTrack(documentId)).toBe(false);
    expect(library.isCompleted(documentId)).toBe(false);
    complete(library, first, '/music/b.mp3');
    complete(library, first, '/music/c.mp3');
    expect(library.track(documentId)?.path).toBe('/music/c.mp3');
    expect(library.totals().tracks).toBe(1);
  });
});

describe('tracks', () => {
  it('gives the last completed ids, newest last', () => {
    const library = filledLibrary(5);
    for (const n of [3, 1, 5, 2]) complete(library, message(n));
    expect([...library.completedIds(3)]).toEqual([1n, 5n, 2n].map((n) => String(BIG + n)));
    expect([...library.completedIds(100)]).toHaveLength(4);
  });

  it('are iterated in batches while the library is written', () => {
    const library = filledLibrary(1203);
    library.inTransaction(() => {
      for (let n = 1; n <= 1203; n += 1) complete(library, message(n));
    });
    let count = 0;
    for (const track of library.tracks()) {
      count += 1;
      if (track.messageId % 2 === 0) library.forgetTrack(track.documentId);
    }
    expect(count).toBe(1203);
    expect([...library.tracks()].map((track) => track.messageId)).toEqual(
      Array.from({ length: 602 }, (_, i) => 2 * i + 1),
    );
  });
});

describe('transactions', () => {
  it('read one snapshot and may be nested', () => {
    const library = filledLibrary(3);
    complete(library, message(2));
    const known = library.inReadTransaction(() =>
      library.inReadTransaction(() => [1, 2, 3].filter((n) => library.isCompleted(String(BIG + BigInt(n))))),
    );
    expect(known).toEqual([2]);
  });

  it('refuse work that waits', () => {
    const library = filledLibrary(1);
    expect(() => library.inReadTransaction(async () => 1)).toThrow(/promise/);
  });

  it('undo all of their work when it throws, cached counts included', () => {
    const library = filledLibrary(2);
    const failing = () =>
      library.inTransaction(() => {
        complete(library, first);
        library.saveMessages([message(3)]);
        expect(library.messageCount(chat().id)).toBe(3);
        throw new Error('stop');
      });
    expect(failing).toThrow('stop');
    expect(library.messageCount(chat().id)).toBe(2);
    expect(library.totals().tracks).toBe(0);
  });
});
