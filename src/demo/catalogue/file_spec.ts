import type { Mp3Tagging } from './audio/mp3.js';
import type { Tags } from './audio/spec.js';

export type AudioFormat = 'mp3' | 'flac' | 'm4a' | 'opus';

/** All that makes a document, short of its ids. */
export interface FileSpec {
  readonly format: AudioFormat;
  /** Wanted; see AudioSpec. Opus: decided by `seconds`. */
  readonly bytes: number;
  readonly kbps: number;
  /** For voice notes. */
  readonly seconds?: number;
  readonly dcId: number;
  readonly mimeType: string;
  readonly fileName?: string;
  readonly title?: string;
  readonly performer?: string;
  readonly voice: boolean;
  readonly audioAttribute: boolean;
  /** What its own tags say; none: it has no tags. */
  readonly tags?: Tags;
  readonly mp3Tagging?: Mp3Tagging;
  /** Number of the cover art embedded in the file. */
  readonly embeddedArt?: number;
  /** Number of the cover art that Telegram shows for it. */
  readonly thumbArt?: number;
}

export const MIME_TYPES: Readonly<Record<AudioFormat, string>> = {
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  opus: 'audio/ogg',
};
