import { Random } from '../random.js';
import type { CatalogueChatKind, CatalogueOptions, CatalogueUser } from './catalogue.js';
import {
  archiveContent,
  audiobookContent,
  type Composer,
  hostileContent,
  musicContent,
  podcastContent,
  savedContent,
  talkContent,
  type Voice,
} from './content.js';
import { HOSTILE_NAMES } from './hostile.js';
import { SCRIPTS, type Script } from './names.js';
import { Pattern } from './pattern.js';
import type { People } from './people.js';
import { albumRhythm, runOf, talkRhythm } from './rhythm.js';
import { fixedSize, mixedSizes, modestSizes } from './tracks.js';

/** What a chat is before anyone asks for its messages. */
export interface ChatPlan {
  /** Its number in the world; part of its documents' ids. */
  readonly index: number;
  readonly kind: CatalogueChatKind;
  readonly title: string;
  readonly username?: string;
  readonly inviteHash?: string;
  /** Date of its newest message, Unix seconds. */
  readonly newest: number;
  readonly memberCount: number;
  readonly pinned?: boolean;
  readonly folder?: string;
  readonly forbidden?: boolean;
  readonly protected?: boolean;
  readonly topics?: readonly { readonly id: number; readonly title: string }[];
  /** Whom a private chat is with, or whose saved messages these are. */
  readonly peer?: CatalogueUser;
  /** Whose dialogs it is among: everyone's, nobody's (found by name or link only), or one account's. */
  readonly listedFor: 'all' | 'none' | CatalogueUser;
  /** Who writes here; empty: posts of the channel itself. */
  readonly authors: readonly CatalogueUser[];
  readonly scripts: readonly Script[];
  pattern(random: Random): Pattern;
  composer(voice: Voice): Composer;
}

type Unnumbered = Omit<ChatPlan, 'index' | 'newest'>;

/** When the world was last busy: 2026-03-01 00:00 UTC. */
const NOW = 1_772_323_200;
/** Messages of the archive: enough to find out whether something grows with them. */
export const ARCHIVE_MESSAGES = 100_000;
/** Music chats are numbered from here, so that their number changes nothing in the rest of the world. */
const FIRST_MUSIC_INDEX = 32;
const FORUM_TOPICS = [
  { id: 1, title: 'General' },
  { id: 2, title: 'Releases' },
  { id: 3, title: 'Demos & rough mixes' },
  { id: 4, title: 'Voice room' },
  { id: 5, title: 'Gear: mics/amps' },
] as const;

const MUSIC_CHATS: readonly {
  readonly title: string;
  readonly username: string;
  readonly scripts: readonly Script[];
}[] = [
  {
    title: 'Night Ferry Radio',
    username: 'night_ferry_radio',
    scripts: ['latin', 'latin', 'greek', 'japanese'],
  },
  { title: 'Тихая волна', username: 'quiet_wave', scripts: ['cyrillic', 'cyrillic', 'latin'] },
  { title: '夜汽車レコード', username: 'yogisha_records', scripts: ['japanese', 'chinese', 'korean'] },
  { title: 'Lossless Lantern', username: 'lossless_lantern', scripts: ['latin', 'devanagari', 'arabic'] },
  { title: 'Άνεμος FM', username: 'anemos_fm', scripts: ['greek', 'latin'] },
  { title: 'مقهى الموسيقى', username: 'music_cafe_ar', scripts: ['arabic'] },
  { title: 'सुर संगम', username: 'sur_sangam', scripts: ['devanagari', 'latin'] },
  { title: 'World of Tape', username: 'world_of_tape', scripts: SCRIPTS },
];

/** The whole cast, in the order of its indexes. */
export function castOf(options: CatalogueOptions, people: People): readonly ChatPlan[] {
  const music = Array.from({ length: options.chats }, (_, number) => musicChat(options, number));
  return [...fixedCast(people, music[0]?.index), ...music];
}

function musicChat(options: CatalogueOptions, number: number): ChatPlan {
  const model = MUSIC_CHATS[number % MUSIC_CHATS.length]!;
  const round = Math.floor(number / MUSIC_CHATS.length) + 1;
  const suffix = round === 1 ? '' : `${round}`;
  const sizes =
    options.fileMb > 0 ? fixedSize(options.fileMb * 2 ** 20) : number === 0 ? modestSizes : mixedSizes;
  const pattern = (random: Random) => {
    const albums = number === 0 ? [6, 5, 5, 8, 7] : Array.from({ length: 6 }, () => random.int(1, 13));
    const plausible = number === 0 ? 16 : random.int(24, 64);
    return new Pattern(albumRhythm(random, albums), 'music', options.tracks || plausible, random.int(1, 9));
  };
  return {
    index: FIRST_MUSIC_INDEX + number,
    kind: 'channel',
    title: `${model.title} ${suffix}`.trim(),
    username: `${model.username}${suffix && `_${suffix}`}`,
    newest: NOW - number * 240,
    memberCount: 1200 + ((number * 7919) % 90_000),
    pinned: number === 0,
    folder: 'Music',
    listedFor: 'all',
    authors: [],
    scripts: model.scripts,
    pattern,
    composer: (voice) => {
      const { albumsPerPeriod } = pattern(new Random(voice.seed, voice.chatIndex));
      return musicContent(voice, albumsPerPeriod, sizes, options.fileMb > 0);
    },
  };
}

function fixedCast(people: People, firstMusic: number | undefined): readonly ChatPlan[] {
  const { accounts, contacts, bot } = people;
  const everyone = { listedFor: 'all', scripts: SCRIPTS } as const;
  const channel = { ...everyone, kind: 'channel', authors: [] } as const;
  const albums = (total: number) => (random: Random) =>
    new Pattern(albumRhythm(random, [9, 4, 7]), 'music', total, random.int(1, 9));
  const albumComposer = (voice: Voice) => musicContent(voice, 3, modestSizes, false);
  const talk =
    (shares: Parameters<typeof talkRhythm>[1], counted: 'music' | 'voice', total: number) =>
    (random: Random) =>
      new Pattern(talkRhythm(random, shares), counted, total);
  const plans: readonly Unnumbered[] = [
    {
      ...channel,
      title: '../Hostile\u001b[31m Names\u202E \u0007',
      username: 'hostile_names',
      memberCount: 13,
      pattern: () => new Pattern(runOf('music', HOSTILE_NAMES.length), 'music', HOSTILE_NAMES.length),
      composer: hostileContent,
    },
    {
      ...channel,
      title: 'The Field Archive',
      username: 'field_archive',
      memberCount: 310_000,
      pattern: (random) =>
        new Pattern(talkRhythm(random, { music: 190, text: 12, gap: 8 }), 'music', ARCHIVE_MESSAGES, 2),
      composer: archiveContent,
    },
    {
      ...everyone,
      kind: 'forum',
      title: 'Studio Forum',
      username: 'studio_forum',
      memberCount: 842,
      folder: 'Friends',
      topics: FORUM_TOPICS,
      authors: contacts,
      pattern: (random) => {
        const topics = FORUM_TOPICS.map(({ id }) => id);
        const slots = [
          ...albumRhythm(random, [5, 3], 2),
          ...talkRhythm(random, { music: 12, document: 4, text: 14, gap: 3 }, [1, 2, 3]),
          ...talkRhythm(random, { voice: 8, text: 2 }, [4]),
          ...talkRhythm(random, { text: 9 }, topics),
        ];
        return new Pattern(slots, 'music', 64, 10);
      },
      composer: (voice) => forumContent(voice),
    },
    {
      ...channel,
      title: 'Long Form Podcast',
      username: 'long_form_podcast',
      memberCount: 5400,
      folder: 'Spoken word',
      pattern: talk({ music: 5, text: 2, gap: 1 }, 'music', 10),
      composer: podcastContent,
    },
    {
      ...channel,
      title: 'Audiobook Shelf',
      username: 'audiobook_shelf',
      memberCount: 9100,
      folder: 'Spoken word',
      pattern: () => new Pattern([...runOf('text', 1), ...runOf('music', 24)], 'music', 48),
      composer: audiobookContent,
    },
    {
      ...everyone,
      kind: 'supergroup',
      title: 'Voice Notes Only',
      memberCount: 31,
      folder: 'Friends',
      authors: contacts,
      pattern: talk({ voice: 30, text: 6, gap: 3 }, 'voice', 240),
      composer: (voice) => talkContent(voice),
    },
    {
      ...everyone,
      kind: 'group',
      title: 'Band practice 🥁',
      memberCount: 5,
      folder: 'Friends',
      authors: contacts.slice(0, 4),
      pattern: talk({ music: 6, voice: 8, document: 4, text: 30, gap: 2 }, 'music', 18),
      composer: (voice) => talkContent(voice),
    },
    {
      ...everyone,
      kind: 'supergroup',
      title: 'Vinyl & Tape Exchange',
      username: 'vinyl_tape_exchange',
      memberCount: 2230,
      authors: contacts,
      pattern: talk({ music: 20, voice: 5, document: 10, text: 60, gap: 5 }, 'music', 60),
      composer: (voice) => talkContent(voice),
    },
    {
      ...channel,
      title: 'Members Only Sessions',
      inviteHash: 'AAAAAFDemoInviteHash',
      memberCount: 48,
      listedFor: accounts[0]!,
      pattern: albums(14),
      composer: albumComposer,
    },
    {
      ...channel,
      title: 'Closed Doors',
      memberCount: 0,
      forbidden: true,
      pattern: albums(8),
      composer: albumComposer,
    },
    {
      ...channel,
      title: 'Do Not Forward',
      username: 'do_not_forward',
      memberCount: 777,
      protected: true,
      pattern: albums(10),
      composer: albumComposer,
    },
    {
      ...everyone,
      kind: 'bot',
      title: bot.firstName,
      memberCount: 2,
      peer: bot,
      authors: [bot],
      pattern: talk({ music: 5, text: 5 }, 'music', 20),
      composer: (voice) => talkContent(voice),
    },
    ...contacts.slice(0, 2).map(
      (contact): Unnumbered => ({
        ...everyone,
        kind: 'user',
        title: [contact.firstName, contact.lastName].join(' '),
        memberCount: 2,
        peer: contact,
        authors: [contact],
        pattern: talk({ music: 2, voice: 5, text: 12, gap: 1 }, 'music', 6),
        composer: (voice) => talkContent(voice),
      }),
    ),
    {
      ...channel,
      title: 'Open Stage',
      username: 'open_stage',
      memberCount: 66_000,
      listedFor: 'none',
      pattern: albums(12),
      composer: albumComposer,
    },
    ...accounts.map(
      (account): Unnumbered => ({
        ...everyone,
        kind: 'saved',
        title: 'Saved Messages',
        memberCount: 1,
        pinned: true,
        listedFor: account,
        peer: account,
        authors: [account],
        pattern: talk({ music: 8, voice: 4, document: 2, text: 6, gap: 1 }, 'music', 24),
        composer: (voice) => savedContent(voice, [VINYL_INDEX, firstMusic ?? VINYL_INDEX]),
      }),
    ),
  ];
  return plans.map((plan, index) => ({ ...plan, index, newest: NOW - (index + 2) * 4000 }));
}

const VINYL_INDEX = 7;

/** Albums in the topic for releases, talk in the others. */
function forumContent(voice: Voice): Composer {
  const releases = musicContent(voice, 2, mixedSizes, false);
  const talk = talkContent(voice);
  return (place, ordinal) => (place.slot.album === undefined ? talk : releases)(place, ordinal);
}
