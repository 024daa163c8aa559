import type { Random } from '../random.js';
import { type ChatPlan, WORLD_NOW } from './chat_plan.js';
import {
  archiveContent,
  audiobookContent,
  type Composer,
  hostileContent,
  musicContent,
  podcastContent,
  type Setting,
  savedContent,
  talkContent,
} from './content.js';
import { HOSTILE_NAMES } from './hostile.js';
import { SCRIPTS } from './names.js';
import { Pattern } from './pattern.js';
import type { People } from './people.js';
import { albumRhythm, runOf, talkRhythm } from './rhythm.js';
import { mixedSizes, modestSizes } from './tracks.js';

type Unnumbered = Omit<ChatPlan, 'index' | 'newest'>;

/** Messages of the archive: enough to find out whether something grows with them. */
export const ARCHIVE_MESSAGES = 100_000;
/** Message ids set aside for each chat that is no channel: more than can ever be posted to it. */
const PRIVATE_ID_RANGE = 1_000_000;
const FORUM_TOPICS = [
  { id: 1, title: 'General' },
  { id: 2, title: 'Releases' },
  { id: 3, title: 'Demos & rough mixes' },
  { id: 4, title: 'Voice room' },
  { id: 5, title: 'Gear: mics/amps' },
] as const;

/**
 * The chats that are always there, one of every kind that Telegram has. One table.
 * @param firstMusic index of a music channel to forward songs from, if there is one
 */
export function fixedCast(people: People, firstMusic: number | undefined): readonly ChatPlan[] {
  const { accounts, contacts, bot } = people;
  const everyone = { listedFor: 'all', scripts: SCRIPTS } as const;
  const channel = { ...everyone, kind: 'channel', authors: [] } as const;
  const albums = (total: number) => (random: Random) =>
    new Pattern(albumRhythm(random, [9, 4, 7]), 'music', total, random.int(1, 9));
  const albumComposer = (setting: Setting) => musicContent(setting, modestSizes);
  const talk =
    (shares: Parameters<typeof talkRhythm>[1], counted: 'music' | 'voice', total: number, firstId = 1) =>
    (random: Random) =>
      new Pattern(talkRhythm(random, shares), counted, total, firstId);
  // Outside of channels an account numbers its messages once over all chats, so these chats share one range of ids.
  let privateChats = 0;
  const privateTalk = (shares: Parameters<typeof talkRhythm>[1], total: number) =>
    talk(shares, 'music', total, 1 + PRIVATE_ID_RANGE * privateChats++);
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
      composer: (setting) => forumContent(setting),
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
      composer: (setting) => talkContent(setting),
    },
    {
      ...everyone,
      kind: 'group',
      title: 'Band practice 🥁',
      memberCount: 5,
      folder: 'Friends',
      authors: contacts.slice(0, 4),
      pattern: privateTalk({ music: 6, voice: 8, document: 4, text: 30, gap: 2 }, 18),
      composer: (setting) => talkContent(setting),
    },
    {
      ...everyone,
      kind: 'supergroup',
      title: 'Vinyl & Tape Exchange',
      username: 'vinyl_tape_exchange',
      memberCount: 2230,
      authors: contacts,
      pattern: talk({ music: 20, voice: 5, document: 10, text: 60, gap: 5 }, 'music', 60),
      composer: (setting) => talkContent(setting),
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
      pattern: privateTalk({ music: 5, text: 5 }, 20),
      composer: (setting) => talkContent(setting),
    },
    ...contacts.slice(0, 2).map(
      (contact): Unnumbered => ({
        ...everyone,
        kind: 'user',
        title: [contact.firstName, contact.lastName].join(' '),
        memberCount: 2,
        peer: contact,
        authors: [contact],
        pattern: privateTalk({ music: 2, voice: 5, text: 12, gap: 1 }, 6),
        composer: (setting) => talkContent(setting),
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
        pattern: privateTalk({ music: 8, voice: 4, document: 2, text: 6, gap: 1 }, 24),
        composer: (setting) => savedContent(setting, forwardedFrom()),
      }),
    ),
  ];
  const forwardedFrom = () => {
    const exchange = plans.findIndex(({ username }) => username === 'vinyl_tape_exchange');
    return [exchange, firstMusic ?? exchange];
  };
  return plans.map((plan, index) => ({ ...plan, index, newest: WORLD_NOW - (index + 2) * 4000 }));
}

/** Albums in the topic for releases, talk in the others. */
function forumContent(setting: Setting): Composer {
  const releases = musicContent(setting, mixedSizes);
  const talk = talkContent(setting);
  return (place, ordinal) => (place.slot.album === undefined ? talk : releases)(place, ordinal);
}
