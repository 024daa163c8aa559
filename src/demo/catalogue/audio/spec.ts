/** What is written into a file's own tags. */
export interface Tags {
  readonly title: string;
  readonly performer: string;
  readonly album: string;
  readonly genre: string;
  readonly year: number;
  readonly track: number;
}

/** A picture whose size is known before it is drawn. */
export interface Picture {
  readonly size: number;
  readonly width: number;
  readonly height: number;
  bytes(): Uint8Array;
}

/** What a format needs to know to lay out a file. */
export interface AudioSpec {
  /** Two 28-bit words, unique to the file: they are stamped into every frame and choose the notes. */
  readonly key: readonly [number, number];
  /** Size wanted, bytes; met exactly where the file has tags that can be padded, else rounded down to whole frames. */
  readonly bytes: number;
  readonly kbps: number;
  readonly tags?: Tags;
  readonly cover?: Picture;
}

/** Room for the text of the tags; each text is cut to fit (tagText). */
export const TEXT_ROOM = 2560;
const MAX_TAG_CHARACTERS = 120;

/** A tag's text as it is written: well-formed, and short enough for the room left for it. */
export function tagText(text: string): string {
  const characters = [...text.toWellFormed().replaceAll('\0', '')];
  return characters.slice(0, MAX_TAG_CHARACTERS).join('');
}
