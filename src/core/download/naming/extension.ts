/**
 * Extensions that mean what a MIME type says, the usual one first. A name's own extension is kept when it is listed
 * for the document's type (`.opus` and `.oga` are both audio/ogg).
 */
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  'audio/mpeg': ['mp3', 'mp2', 'mpga', 'mpa'],
  'audio/mp3': ['mp3'],
  'audio/x-mp3': ['mp3'],
  'audio/mpeg3': ['mp3'],
  'audio/flac': ['flac'],
  'audio/x-flac': ['flac'],
  'audio/mp4': ['m4a', 'm4b', 'm4r', 'mp4', 'aac', 'alac'],
  'audio/m4a': ['m4a', 'm4b', 'm4r', 'mp4'],
  'audio/x-m4a': ['m4a', 'm4b', 'm4r', 'mp4'],
  'audio/m4b': ['m4b'],
  'audio/x-m4b': ['m4b'],
  'audio/mp4a-latm': ['m4a', 'm4b', 'mp4'],
  'audio/aac': ['aac', 'm4a'],
  'audio/x-aac': ['aac', 'm4a'],
  'audio/aacp': ['aac'],
  'audio/ogg': ['ogg', 'oga', 'opus', 'spx'],
  'audio/x-vorbis+ogg': ['ogg', 'oga'],
  'audio/vorbis': ['ogg', 'oga'],
  'application/ogg': ['ogg', 'oga', 'opus'],
  'audio/opus': ['opus', 'ogg', 'oga'],
  'audio/wav': ['wav', 'wave'],
  'audio/wave': ['wav', 'wave'],
  'audio/x-wav': ['wav', 'wave'],
  'audio/vnd.wave': ['wav', 'wave'],
  'audio/x-ms-wma': ['wma'],
  'audio/aiff': ['aiff', 'aif', 'aifc'],
  'audio/x-aiff': ['aiff', 'aif', 'aifc'],
  'audio/x-ape': ['ape'],
  'audio/ape': ['ape'],
  'audio/x-monkeys-audio': ['ape'],
  'audio/x-wavpack': ['wv'],
  'audio/x-musepack': ['mpc'],
  'audio/x-tta': ['tta'],
  'audio/webm': ['weba', 'webm'],
  'audio/x-matroska': ['mka'],
  'audio/amr': ['amr'],
  'audio/3gpp': ['3gp', '3gpp', 'amr'],
  'audio/ac3': ['ac3'],
  'audio/vnd.dts': ['dts'],
  'audio/midi': ['mid', 'midi'],
  'audio/x-midi': ['mid', 'midi'],
  'audio/basic': ['au', 'snd'],
  'audio/x-dsf': ['dsf'],
  'audio/dsd': ['dsf', 'dff'],
};

const AUDIO_EXTENSIONS: ReadonlySet<string> = new Set(Object.values(BY_TYPE).flat());

const FALLBACK = 'bin';

export interface SplitName {
  readonly stem: string;
  /** Lower case, without the dot; empty when the name has none. */
  readonly extension: string;
}

/** Splits "Song.MP3" into "Song" and "mp3". Text behind a dot that cannot be an extension belongs to the stem. */
export function splitName(name: string): SplitName {
  // What a safe name drops at its end must not hide the extension.
  const visible = name.replace(/(?:[.\s]|\p{Cf})+$/u, '');
  const match = /^(.+)\.([A-Za-z0-9]{1,8})$/su.exec(visible);
  return match?.[1] && match[2]
    ? { stem: match[1], extension: match[2].toLowerCase() }
    : { stem: visible, extension: '' };
}

/**
 * The extension a document should have on disk. A specific MIME type decides, except audio/mpeg: uploaders send it
 * for everything, so there a name that ends in another known audio extension is believed.
 *
 * @param extension of the sender's file name, lower case, possibly empty
 */
export function chooseExtension(mimeType: string, extension: string): string {
  const listed = BY_TYPE[mimeType.toLowerCase().split(';', 1)[0]?.trim() ?? ''];
  if (listed) {
    if (listed.includes(extension)) return extension;
    if (listed[0] === 'mp3' && AUDIO_EXTENSIONS.has(extension)) return extension;
    return listed[0] ?? FALLBACK;
  }
  // `.part` is ours: a complete file of that name would look like a broken one.
  return extension === '' || extension === 'part' ? FALLBACK : extension;
}

/** Whether the extension says "audio", so that a wrong one is replaced rather than kept in the stem. */
export function isAudioExtension(extension: string): boolean {
  return AUDIO_EXTENSIONS.has(extension);
}
