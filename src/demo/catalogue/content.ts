import { Random } from '../random.js';
import type { FileSpec } from './file_spec.js';
import { MIME_TYPES } from './file_spec.js';
import { HOSTILE_NAMES } from './hostile.js';
import { chatterText, type Script, titleOf } from './names.js';
import type { Place } from './pattern.js';
import {
  type Album,
  albumOf,
  kbpsFor,
  modestSizes,
  musicTrack,
  type SizePolicy,
  sizesBetween,
} from './tracks.js';

/** The file of another message: forwarded, so the same document. */
export interface Forward {
  readonly chatIndex: number;
  /** Which of that chat's music messages. */
  readonly ordinal: number;
}

/** What a message says, before ids and dates. */
export interface Content {
  readonly text: string;
  readonly file?: FileSpec | Forward;
  /** Which of the chat's groups of messages it belongs to. */
  readonly group?: number;
}

/** What distinguishes one chat's content from another's. */
export interface Setting {
  readonly seed: number;
  readonly chatIndex: number;
  readonly scripts: readonly Script[];
}

/**
 * Says what is at a place of a chat.
 * @param ordinal how many messages of the same kind came before it in the chat
 */
export type Composer = (place: Place, ordinal: number) => Content;

const KB = 1024;
const MB = 2 ** 20;
/** Telegram groups at most ten messages into an album. */
const GROUP_SIZE = 10;
/** More than any album takes. */
const GROUPS_PER_ALBUM = 4;

const dcOf = (number: number) => (number % 2 === 0 ? 2 : 4);

function randomAt(setting: Setting, id: number): Random {
  return new Random(setting.seed, setting.chatIndex, id);
}

/** A music channel: albums, announced by a post that names them. */
export function musicContent(setting: Setting, sizes: SizePolicy, exact = false): Composer {
  return (place, ordinal) => {
    const random = randomAt(setting, place.id);
    const { album: number, slot } = place;
    if (number === undefined) return { text: chatterText(random) };
    const track = slot.track ?? 0;
    // The first album is MP3 and the next two are not, so that even a small chat has every format.
    const format = (['mp3', 'm4a', 'flac'] as const)[number];
    const album = albumOf([setting.seed, setting.chatIndex, number], setting.scripts, format);
    if (slot.kind === 'text') return { text: announcement(album) };
    const file = musicTrack(random, { album, track: track + 1, dcId: dcOf(ordinal), sizes, exact });
    return {
      text: track === 0 && random.chance(0.5) ? announcement(album) : '',
      file,
      // Half of the albums were sent as groups, the others song by song.
      ...(number % 2 === 0 && { group: number * GROUPS_PER_ALBUM + Math.floor(track / GROUP_SIZE) }),
    };
  };
}

function announcement(album: Album): string {
  return `${album.performer} — ${album.title} (${album.year})\n#${album.genre.replaceAll(/[^\p{L}\p{N}]/gu, '')}`;
}

/** People talking: single songs, voice notes, audio sent as plain files, text. */
export function talkContent(setting: Setting, sizes: SizePolicy = sizesBetween(40 * KB, 2 * MB)): Composer {
  return (place, ordinal) => {
    const random = randomAt(setting, place.id);
    switch (place.slot.kind) {
      case 'voice':
        return { text: '', file: voiceNote(random, dcOf(ordinal)) };
      case 'document':
        return { text: '', file: plainFile(setting, random, place.id, dcOf(ordinal), sizes) };
      case 'music':
        return {
          text: random.chance(0.2) ? chatterText(random) : '',
          file: single(setting, random, place.id, dcOf(ordinal), sizes),
        };
      default:
        return { text: chatterText(random) };
    }
  };
}

/** A song on its own. */
export function single(
  setting: Setting,
  random: Random,
  id: number,
  dcId: number,
  sizes: SizePolicy,
): FileSpec {
  const album = albumOf([setting.seed, setting.chatIndex, id, 1], setting.scripts);
  return musicTrack(random, { album, track: random.int(1, 12), dcId, sizes });
}

function voiceNote(random: Random, dcId: number): FileSpec {
  const seconds = random.chance(0.1) ? random.int(60, 400) : random.int(1, 40);
  return {
    format: 'opus',
    bytes: 0,
    kbps: 16,
    seconds,
    dcId,
    mimeType: MIME_TYPES.opus,
    voice: true,
    audioAttribute: true,
  };
}

function plainFile(setting: Setting, random: Random, id: number, dcId: number, sizes: SizePolicy): FileSpec {
  const {
    title: _title,
    performer: _performer,
    thumbArt: _thumb,
    ...file
  } = single(setting, random, id, dcId, sizes);
  const fileName = file.fileName ?? `${titleOf(setting.scripts[0]!, random)}.${file.format}`;
  const mimeType = random.chance(0.2) ? 'application/octet-stream' : file.mimeType;
  return { ...file, fileName, mimeType, audioAttribute: false };
}

/** Hour-long episodes; every tenth is a recording of several hundred MB. */
export function podcastContent(setting: Setting): Composer {
  const show = albumOf([setting.seed, setting.chatIndex, 0], setting.scripts, 'mp3');
  return (place, ordinal) => {
    const random = randomAt(setting, place.id);
    if (place.slot.kind !== 'music') return { text: chatterText(random) };
    const title = `#${ordinal + 1} ${titleOf(show.script, random)}`;
    const bytes = ordinal % 10 === 4 ? random.int(230 * MB, 270 * MB) : random.int(18 * MB, 45 * MB);
    const sizes = sizesBetween(bytes, bytes);
    const file = musicTrack(random, { album: show, track: ordinal + 1, dcId: dcOf(ordinal), sizes, title });
    return { text: `${title}\n00:00 Intro\n12:40 Guest\n48:05 Letters`, file: { ...file, kbps: 128 } };
  };
}

const CHAPTERS_PER_BOOK = 24;

/** Books, chapter by chapter. */
export function audiobookContent(setting: Setting): Composer {
  return (place, ordinal) => {
    const random = randomAt(setting, place.id);
    const book = albumOf(
      [setting.seed, setting.chatIndex, Math.floor(ordinal / CHAPTERS_PER_BOOK)],
      setting.scripts,
      'm4a',
    );
    if (place.slot.kind === 'text') return { text: `${book.performer}: ${book.title}` };
    const chapter = (ordinal % CHAPTERS_PER_BOOK) + 1;
    const title = `${book.title}, chapter ${chapter}`;
    const sizes = sizesBetween(1 * MB, 4 * MB);
    const track = { album: book, track: chapter, dcId: dcOf(ordinal), sizes, title };
    return { text: '', file: { ...musicTrack(random, track), kbps: 64 } };
  };
}

/** Names that want to break out; see hostile.ts. */
export function hostileContent(setting: Setting): Composer {
  return (place, ordinal) => {
    const name = HOSTILE_NAMES[ordinal % HOSTILE_NAMES.length]!;
    const random = randomAt(setting, place.id);
    const bytes = random.int(4 * KB, 40 * KB);
    const file: FileSpec = {
      format: 'mp3',
      bytes,
      kbps: kbpsFor('mp3', bytes),
      dcId: dcOf(ordinal),
      mimeType: MIME_TYPES.mp3,
      ...(name.fileName !== undefined && { fileName: name.fileName }),
      ...(name.title !== undefined && { title: name.title }),
      ...(name.performer !== undefined && { performer: name.performer }),
      voice: false,
      audioAttribute: true,
    };
    return { text: name.caption ?? '', file };
  };
}

/** Recordings of a few KB each, without end. */
export function archiveContent(setting: Setting): Composer {
  const album = albumOf([setting.seed, setting.chatIndex, 0], setting.scripts, 'mp3');
  const sizes = sizesBetween(2 * KB, 6 * KB);
  return (place, ordinal) => {
    const random = randomAt(setting, place.id);
    if (place.slot.kind !== 'music') return { text: chatterText(random) };
    const title = `Field recording ${String(ordinal + 1).padStart(6, '0')}`;
    const track = { album, track: ordinal + 1, dcId: dcOf(ordinal), sizes, title };
    const { thumbArt: _none, ...file } = musicTrack(random, track);
    return { text: '', file: { ...file, kbps: 64 } };
  };
}

/** What someone keeps: forwarded songs, own voice notes, and notes. */
export function savedContent(setting: Setting, sources: readonly number[]): Composer {
  const talk = talkContent(setting, sizesBetween(200 * KB, 1 * MB));
  return (place, ordinal) => {
    if (place.slot.kind !== 'music' || ordinal % 2 === 1) return talk(place, ordinal);
    const chatIndex = sources[(ordinal / 2) % sources.length]!;
    return { text: '', file: { chatIndex, ordinal: Math.floor(ordinal / 4) } };
  };
}

/** A song that someone posts while the world is being watched. */
export function postedContent(setting: Setting, id: number): Content {
  const random = randomAt(setting, id);
  return { text: '', file: single(setting, random, id, dcOf(id), modestSizes) };
}
