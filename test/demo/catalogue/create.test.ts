import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import type {
  Catalogue,
  CatalogueChat,
  CatalogueMessage,
  CatalogueOptions,
} from '../../../src/demo/catalogue/catalogue.js';
import { createCatalogue, DEFAULT_CATALOGUE } from '../../../src/demo/catalogue/create.js';
import { IdCipher } from '../../../src/demo/catalogue/id_cipher.js';
import { peerKind } from '../../../src/demo/catalogue/peers.js';
import { readAll } from './read_all.js';

const world = createCatalogue(DEFAULT_CATALOGUE);
const named = (username: string, catalogue: Catalogue = world) => catalogue.chatByUsername(username)!;
const titled = (title: string) => world.allChats().find((chat) => chat.title === title)!;

function* messages(chat: CatalogueChat, most = 400): Generator<CatalogueMessage> {
  const ids = chat.ids('all');
  for (let index = 0; index < Math.min(ids.length, most); index++) yield chat.message(ids.at(index))!;
}

/** Everything about a message, with its file's beginning and end. */
function described(message: CatalogueMessage): string {
  const { document, ...rest } = message;
  const ends = Buffer.alloc(2000);
  if (document !== undefined) {
    const length = Math.min(1000, document.size);
    document.read(0, length, ends);
    document.read(document.size - length, length, ends, 1000);
  }
  return JSON.stringify([rest, document, ends.toString('base64')], (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

describe('a seed', () => {
  const describedWorld = (options: CatalogueOptions) =>
    createCatalogue(options)
      .allChats()
      .flatMap((chat) => [
        `${chat.id} ${chat.accessHash} ${chat.title}`,
        ...[...messages(chat, 12)].map(described),
      ]);

  it('makes the same world again', () => {
    expect(describedWorld(DEFAULT_CATALOGUE)).toEqual(describedWorld(DEFAULT_CATALOGUE));
  });

  it('makes another world than another seed', () => {
    const other = new Set(describedWorld({ ...DEFAULT_CATALOGUE, seed: 2 }));
    expect(describedWorld(DEFAULT_CATALOGUE).filter((line) => other.has(line))).toEqual([]);
  });

  it('makes the same fixed cast whatever the number of music chats', () => {
    const more = createCatalogue({ ...DEFAULT_CATALOGUE, chats: 9 });
    for (const username of ['studio_forum', 'long_form_podcast', 'night_ferry_radio', 'quiet_wave']) {
      expect([...messages(named(username, more), 5)].map(described)).toEqual(
        [...messages(named(username), 5)].map(described),
      );
    }
  });
});

describe('messages', () => {
  it.each(world.allChats().map((chat) => [JSON.stringify(chat.title), chat] as const))(
    'of %s agree with the sequences of their ids',
    (_title, chat) => {
      let before = { id: 0, date: 0 };
      for (const message of messages(chat)) {
        expect(message.id).toBeGreaterThan(before.id);
        expect(message.date).toBeGreaterThanOrEqual(before.date);
        const ofKind = chat.ids(message.kind, message.topicId);
        expect(ofKind.at(ofKind.countBelow(message.id))).toBe(message.id);
        expect(message.document !== undefined).toBe(message.kind !== 'text');
        if (message.topicId !== undefined) expect(chat.topics.map(({ id }) => id)).toContain(message.topicId);
        if (message.fromId !== undefined) expect(world.user(message.fromId)).toBeDefined();
        before = message;
      }
      const kinds = (['music', 'voice', 'document', 'text'] as const).map((kind) => chat.ids(kind).length);
      expect(kinds.reduce((sum, length) => sum + length)).toBe(chat.ids('all').length);
    },
  );

  it('have gaps where some were deleted', () => {
    const chat = named('quiet_wave');
    const all = chat.ids('all');
    const missing = [];
    for (let id = all.at(0); id < all.at(all.length - 1); id++)
      if (chat.message(id) === undefined) missing.push(id);
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.every((id) => all.at(all.countBelow(id)) > id)).toBe(true);
  });

  it('are what their kind says', () => {
    for (const chat of world.allChats()) {
      for (const { kind, document } of messages(chat, 150)) {
        expect(document?.voice ?? false).toBe(kind === 'voice');
        if (document !== undefined) expect(document.audioAttribute).toBe(kind !== 'document');
      }
    }
  });

  it('of one group share its number, up to ten at a time, with nobody else', () => {
    const groups = new Map<bigint, string[]>();
    for (const chat of world.allChats()) {
      for (const { groupedId } of messages(chat)) {
        if (groupedId !== undefined)
          groups.set(groupedId, [...(groups.get(groupedId) ?? []), String(chat.id)]);
      }
    }
    expect(groups.size).toBeGreaterThan(5);
    for (const members of groups.values()) {
      expect(members.length).toBeLessThanOrEqual(10);
      expect(new Set(members).size).toBe(1);
    }
  });
});

describe('documents', () => {
  it('are found by their id alone, even when long forgotten', () => {
    for (const chat of world.allChats()) {
      for (const { document } of messages(chat, 40)) {
        if (document === undefined) continue;
        const fresh = createCatalogue(DEFAULT_CATALOGUE).document(document.id);
        expect(fresh).toMatchObject({
          id: document.id,
          size: document.size,
          accessHash: document.accessHash,
        });
        break;
      }
    }
    expect(world.document(0n)).toBeUndefined();
    expect(world.document(2n ** 63n - 1n)).toBeUndefined();
    expect(world.document(-5n)).toBeUndefined();
  });

  it('have ids of their own, except for forwarded ones, which keep theirs', () => {
    const places = new Map<bigint, Set<string>>();
    for (const chat of world.allChats()) {
      for (const { document } of messages(chat)) {
        if (document === undefined) continue;
        places.set(document.id, (places.get(document.id) ?? new Set()).add(chat.title));
      }
    }
    const shared = [...places.values()].filter((titles) => titles.size > 1);
    expect(shared.length).toBeGreaterThan(5);
    expect(shared.every((titles) => titles.has('Saved Messages'))).toBe(true);
  });

  it('live on both data centres, in every format', () => {
    const first = [...messages(named('night_ferry_radio'))].flatMap(({ document }) => document ?? []);
    expect(new Set(first.map(({ dcId }) => dcId))).toEqual(new Set([2, 4]));
    expect(new Set(first.map(({ mimeType }) => mimeType))).toEqual(
      new Set(['audio/mpeg', 'audio/mp4', 'audio/flac']),
    );
  });

  it('show the thumb they announce', () => {
    const documents = [...messages(named('night_ferry_radio'))].flatMap(({ document }) => document ?? []);
    const withThumb = documents.filter(({ thumb }) => thumb !== undefined);
    expect(withThumb.length).toBeGreaterThan(0);
    for (const document of withThumb.slice(0, 3)) {
      const bytes = document.readThumb();
      expect(bytes.length).toBe(document.thumb!.size);
      expect(jpeg.decode(bytes)).toMatchObject({ width: document.thumb!.width });
    }
  });
});

describe('the cast', () => {
  const account = world.users[0]!;

  it('can log in with test numbers', () => {
    const accounts = world.users.filter(({ phone }) => phone !== undefined);
    expect(accounts.length).toBeGreaterThanOrEqual(3);
    for (const { phone, code } of accounts) {
      expect(phone).toMatch(/^99966\d{5}$/);
      expect(code).toBe(phone![5]!.repeat(5));
    }
    expect(accounts.some(({ password }) => password !== undefined)).toBe(true);
    expect(accounts.some(({ premium }) => premium)).toBe(true);
  });

  it('has a chat of every kind, each with an id of its own', () => {
    const chats = world.allChats();
    expect(new Set(chats.map(({ kind }) => kind))).toEqual(
      new Set(['user', 'bot', 'group', 'supergroup', 'channel', 'forum', 'saved']),
    );
    expect(new Set(chats.map((chat) => `${peerKind(chat)} ${chat.id}`)).size).toBe(chats.length);
    for (const chat of chats) expect(world.chat(peerKind(chat), chat.id)).toBe(chat);
    for (const { username, kind } of chats) {
      if (username !== undefined && kind !== 'saved')
        expect(world.chatByUsername(username.toUpperCase())).toBeDefined();
    }
  });

  it('shows each account its dialogs: pinned first, then the newest', () => {
    const chats = world.chats(account.id);
    const order = chats.map((chat) => {
      const all = chat.ids('all');
      return [chat.pinned ? 1 : 0, chat.message(all.at(all.length - 1))!.date] as const;
    });
    expect(order).toEqual(order.toSorted((a, b) => b[0] - a[0] || b[1] - a[1]));
    expect(chats[0]!.username).toBe('night_ferry_radio');
    expect(chats.filter(({ kind }) => kind === 'saved').map(({ id }) => id)).toEqual([account.id]);
    expect(chats.map(({ title }) => title)).not.toContain('Open Stage');
    expect(chats).toContain(titled('Members Only Sessions'));
    expect(world.chats(world.users[1]!.id)).not.toContain(titled('Members Only Sessions'));
    expect(new Set(chats.map(({ folder }) => folder))).toEqual(
      new Set([undefined, 'Music', 'Friends', 'Spoken word']),
    );
  });

  it('has the chats that tests of other rooms go to', () => {
    const secret = titled('Members Only Sessions');
    expect(secret.username).toBeUndefined();
    expect(world.chatByInvite(secret.inviteHash!)).toBe(secret);
    expect(world.chatByInvite('nonsense')).toBeUndefined();
    expect(titled('Closed Doors').forbidden).toBe(true);
    expect(named('do_not_forward').protected).toBe(true);
    expect(named('field_archive').ids('music').length).toBe(100_000);
    expect(named('studio_forum').topics.length).toBe(5);
    expect(titled('Voice Notes Only').ids('voice').length).toBe(240);
    expect(titled('Voice Notes Only').ids('music').length).toBe(0);
    const podcasts = [...messages(named('long_form_podcast'))].map(({ document }) => document?.size ?? 0);
    expect(Math.max(...podcasts)).toBeGreaterThan(200 * 2 ** 20);
  });

  it('has hostile names, and the same name for different bytes', () => {
    const documents = [...messages(named('hostile_names'))].flatMap(({ document }) => document ?? []);
    const names = documents.map(({ fileName }) => fileName ?? '');
    for (const pattern of [
      /\.\.\//,
      /\u001b\]8;;/,
      /\u202E/,
      /\u0000/,
      /^CON/,
      /\.$/,
      /^$/,
      /\u200D/,
      /e\u0301/,
    ]) {
      expect(names.some((name) => pattern.test(name))).toBe(true);
    }
    expect(names.some((name) => Buffer.byteLength(name) >= 300)).toBe(true);
    const twins = documents.filter(({ fileName }) => fileName === 'track01.mp3');
    expect(new Set(twins.map((twin) => readAll(twin).toString('latin1'))).size).toBe(3);
    for (const text of [...names, ...documents.map(({ title }) => title ?? '')]) {
      expect(text.isWellFormed()).toBe(true); // anything else could not be sent as UTF-8
    }
  });

  it('begins with a chat that takes seconds to mirror, whatever the seed', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const chat = named('night_ferry_radio', createCatalogue({ ...DEFAULT_CATALOGUE, seed }));
      const sizes = [...messages(chat)].map(({ document }) => document?.size ?? 0);
      const total = sizes.reduce((sum, size) => sum + size) / 2 ** 20;
      expect(total).toBeGreaterThan(40);
      expect(total).toBeLessThan(80);
      expect(chat.ids('music').length).toBe(16);
    }
  });
});

describe('options', () => {
  it.each([1 / 32, 2])('set the number and the size of the tracks exactly: %d MB', (fileMb) => {
    const catalogue = createCatalogue({ seed: 3, chats: 3, tracks: 7, fileMb });
    const music = catalogue.allChats().filter(({ folder }) => folder === 'Music');
    expect(music.length).toBe(3);
    for (const chat of music) {
      expect(chat.ids('music').length).toBe(7);
      for (const { document } of messages(chat))
        expect(document?.size ?? fileMb * 2 ** 20).toBe(fileMb * 2 ** 20);
    }
  });

  it('may ask for chats of a hundred million messages at no cost', () => {
    const catalogue = createCatalogue({ seed: 3, chats: 50, tracks: 100_000_000, fileMb: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (index) => {
        const chat = named('quiet_wave', catalogue);
        const music = chat.ids('music');
        const message = chat.message(music.at(index))!;
        expect(music.countBelow(message.id)).toBe(index);
        expect(message.date).toBeGreaterThan(1_400_000_000);
        expect(catalogue.document(message.document!.id)?.id).toBe(message.document!.id);
      }),
    );
  });

  it.each([
    { chats: -1 },
    { chats: 1.5 },
    { tracks: Number.NaN },
    { fileMb: 0.01 },
    { fileMb: 5000 },
    { seed: -1 },
  ])('are refused when out of range: %o', (wrong) => {
    expect(() => createCatalogue({ ...DEFAULT_CATALOGUE, ...wrong })).toThrow(RangeError);
  });
});

describe('post', () => {
  it('appends music that is then there like all the rest', () => {
    const catalogue = createCatalogue(DEFAULT_CATALOGUE);
    const chat = named('quiet_wave', catalogue);
    const [music, all] = [chat.ids('music').length, chat.ids('all').length];
    const last = chat.ids('all').at(all - 1);
    const first = catalogue.post(chat, 1_800_000_000);
    const second = catalogue.post(chat, 1_700_000_000);
    expect([first.id, second.id]).toEqual([last + 1, last + 2]);
    expect([first.date, second.date]).toEqual([1_800_000_000, 1_800_000_000]);
    expect(first.kind).toBe('music');
    expect(chat.message(second.id)).toEqual(second);
    expect(catalogue.document(first.document!.id)).toBe(first.document);
    expect(readAll(first.document!).length).toBe(first.document!.size);
    expect(chat.ids('music').length).toBe(music + 2);
    expect(chat.ids('all').countBelow(second.id)).toBe(all + 1);
    expect(chat.ids('music').at(music + 1)).toBe(second.id);
    expect(chat.ids('voice').length).toBe(0);
  });

  it('brings the chat to the top', () => {
    const catalogue = createCatalogue(DEFAULT_CATALOGUE);
    const chat = named('field_archive', catalogue);
    catalogue.post(chat);
    const unpinned = catalogue.chats(catalogue.users[0]!.id).filter(({ pinned }) => !pinned);
    expect(unpinned[0]).toBe(chat);
  });

  it('goes to the first topic of a forum', () => {
    const catalogue = createCatalogue(DEFAULT_CATALOGUE);
    const forum = named('studio_forum', catalogue);
    const before = [1, 2].map((topic) => forum.ids('music', topic).length);
    expect(catalogue.post(forum).topicId).toBe(1);
    expect([1, 2].map((topic) => forum.ids('music', topic).length)).toEqual([before[0]! + 1, before[1]!]);
  });
});

describe('IdCipher', () => {
  it('takes apart what it put together, and nothing else', () => {
    const half = fc.nat(2 ** 31 - 1);
    fc.assert(
      fc.property(fc.integer(), half, half, (seed, high, low) => {
        const id = new IdCipher(seed, 1).encode(high, low);
        expect(id >= 2n ** 62n && id < 2n ** 63n).toBe(true);
        expect(new IdCipher(seed, 1).decode(id)).toEqual({ high, low });
      }),
    );
    expect(new IdCipher(1, 1).decode(5n)).toBeUndefined();
    expect(new IdCipher(1, 1).encode(1, 2)).not.toBe(new IdCipher(1, 2).encode(1, 2));
  });
});
