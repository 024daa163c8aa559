import { hash32, Random } from '../random.js';
import { type AudioFormat, type FileSpec, MIME_TYPES } from './file_spec.js';
import { genreName, performerName, type Script, titleOf } from './names.js';

const MB = 2 ** 20;

export interface Album {
  readonly script: Script;
  readonly performer: string;
  readonly title: string;
  readonly genre: string;
  readonly year: number;
  readonly format: AudioFormat;
  /** Where in the list of titles its songs begin. */
  readonly firstTitle: number;
  /** Number of its cover art, if it has one. */
  readonly art?: number;
}

/** Different covers in a world: drawing one takes far longer than anything else here, so they are kept (cover.ts). */
const ART_COUNT = 64;

/** @param words what tells this album from all others: seed, chat, number */
export function albumOf(words: readonly number[], scripts: readonly Script[], format?: AudioFormat): Album {
  const random = new Random(0xa1b, ...words);
  const script = random.pick(scripts);
  return {
    script,
    performer: performerName(script, random),
    title: titleOf(script, random),
    genre: genreName(script, random),
    year: random.int(1962, 2025),
    firstTitle: random.int(0, 999),
    format: format ?? random.pick(['mp3', 'mp3', 'mp3', 'm4a', 'flac']),
    ...(random.chance(0.85) && { art: hash32(words[0] ?? 0, random.int(1, ART_COUNT)) }),
  };
}

/** How large a file is to be, bytes. */
export type SizePolicy = (random: Random, format: AudioFormat) => number;

/** Small enough that a whole chat of them arrives in seconds. */
export const modestSizes: SizePolicy = (random, format) =>
  Math.round((format === 'flac' ? 3.5 + random.float() * 2.5 : 2 + random.float() * 2.5) * MB);

/** From jingles of a few KB to long takes. */
export const mixedSizes: SizePolicy = (random, format) => {
  const scale = format === 'flac' ? 2 : 1;
  if (random.chance(0.08)) return random.int(6_000, 60_000) * scale;
  if (random.chance(0.06)) return Math.round((9 + random.float() * 9) * MB) * scale;
  return Math.round((1 + random.float() * 5) * MB) * scale;
};

export const sizesBetween =
  (least: number, most: number): SizePolicy =>
  (random) =>
    random.int(least, most);

/** Every file exactly this large. */
export const fixedSize =
  (bytes: number): SizePolicy =>
  () =>
    bytes;

export interface TrackOptions {
  readonly album: Album;
  /** From 1. */
  readonly track: number;
  readonly dcId: number;
  readonly sizes: SizePolicy;
  /** Sizes must be met exactly, so every file has tags, which can be padded. */
  readonly exact?: boolean;
  readonly title?: string;
}

const EXTENSIONS: Readonly<Record<AudioFormat, string>> = {
  mp3: '.mp3',
  flac: '.flac',
  m4a: '.m4a',
  opus: '.ogg',
};
/** Below this a file has no room for tags and cover. */
const LEAST_TAGGED_BYTES = 64 * 1024;

/** A song as people post it: usually tagged, sometimes not; named one of the usual ways, or not at all. */
export function musicTrack(random: Random, options: TrackOptions): FileSpec {
  const { album, track, dcId } = options;
  const { format, performer } = album;
  const title = options.title ?? titleOf(album.script, random, album.firstTitle + track);
  const bytes = options.sizes(random, format);
  const fileName = fileNameOf(random, performer, title, track, EXTENSIONS[format]);
  const described = random.chance(0.92) || fileName === undefined;
  const tagged = options.exact === true || (bytes >= LEAST_TAGGED_BYTES && random.chance(0.85));
  const art = album.art;
  const genre = album.genre;
  const tags = { title, performer, album: album.title, genre, year: album.year, track };
  return {
    format,
    bytes,
    kbps: kbpsFor(format, bytes),
    dcId,
    mimeType: MIME_TYPES[format],
    ...(fileName !== undefined && { fileName }),
    ...(described && { title, performer }),
    voice: false,
    audioAttribute: true,
    ...(tagged ? { tags, mp3Tagging: random.pick(['id3v2.3', 'id3v2.4'] as const) } : {}),
    ...(!tagged && random.chance(0.5) && { tags, mp3Tagging: 'id3v1' as const }),
    ...(tagged && art !== undefined && { embeddedArt: art }),
    ...(art !== undefined && { thumbArt: art }),
  };
}

/** The lowest usual bit rate at which the file is a song of five minutes or less. */
export function kbpsFor(format: AudioFormat, bytes: number): number {
  const rates = format === 'm4a' ? [96, 128, 192, 256] : [128, 192, 256, 320];
  return rates.find((kbps) => (bytes * 8) / (kbps * 1000) <= 300) ?? rates.at(-1)!;
}

function fileNameOf(random: Random, performer: string, title: string, track: number, extension: string) {
  const number = String(track).padStart(2, '0');
  switch (random.int(0, 5)) {
    case 0:
      return `${number} ${title}${extension}`;
    case 1:
      return `${number}. ${performer} - ${title}${extension}`;
    case 2:
      return `${performer}_-_${title}${extension}`.replaceAll(' ', '_');
    case 3:
      return random.chance(0.5) ? undefined : `${title}${extension}`;
    default:
      return `${performer} - ${title}${extension}`;
  }
}
