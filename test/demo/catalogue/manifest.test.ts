import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/demo/catalogue/create.js';
import { manifest } from '../../../src/demo/catalogue/manifest.js';
import { readAll } from './read_all.js';

const world = createCatalogue({ seed: 4, chats: 1, tracks: 3, fileMb: 3 });
const chat = world.chatByUsername('night_ferry_radio')!;

describe('manifest', () => {
  it('says of every audio message what its bytes come to', () => {
    const entries = [...manifest(world, [chat])];
    expect(entries.map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 3 }, (_, index) => chat.ids('music').at(index)),
    );
    for (const entry of entries) {
      const { document } = chat.message(entry.messageId)!;
      expect(entry).toEqual({
        chatId: `-100${chat.id}`,
        messageId: entry.messageId,
        documentId: String(document!.id),
        dcId: document!.dcId,
        fileName: document!.fileName ?? null,
        mimeType: document!.mimeType,
        bytes: 3 * 2 ** 20,
        sha256: createHash('sha256').update(readAll(document!)).digest('hex'),
        title: document!.title ?? null,
        performer: document!.performer ?? null,
        duration: document!.duration,
      });
    }
  });

  it('covers the chats that are given, plain files and voice notes too, with marked ids', () => {
    const group = world.allChats().find(({ kind }) => kind === 'group')!;
    const user = world.allChats().find(({ kind }) => kind === 'user')!;
    const entries = [...manifest(world, [group, user])];
    expect(new Set(entries.map(({ chatId }) => chatId))).toEqual(new Set([`-${group.id}`, String(user.id)]));
    const expected = [group, user].flatMap((each) =>
      (['music', 'voice', 'document'] as const).map((kind) => each.ids(kind).length),
    );
    expect(entries.length).toBe(expected.reduce((sum, length) => sum + length));
    expect(new Set(entries.map(({ mimeType }) => mimeType))).toContain('audio/ogg');
  });

  it('begins at once, leaves out what nobody can read, and hashes nothing that is not taken', () => {
    const all = manifest(createCatalogue({ seed: 4, chats: 2, tracks: 1_000_000, fileMb: 4000 }));
    expect(all.next().value).toMatchObject({ messageId: 1 });
    all.return(undefined);
  });
});
