import type { AudioMessage, Chat } from '../../types.js';
import { cutToBytes, MAX_NAME_BYTES, PART_SUFFIX, safeComponent, trimEnds, utf8Length } from './component.js';
import { chooseExtension, isAudioExtension, splitName } from './extension.js';

/** Longest final name: with `.part` behind it, it still is a legal one. */
const MAX_FINAL_BYTES = MAX_NAME_BYTES - PART_SUFFIX.length;

type Nameable = Pick<AudioMessage, 'fileName' | 'mimeType' | 'title' | 'performer' | 'kind' | 'location'>;

/** What a message's file should be called, before anybody looks whether that name is free. */
export interface ProposedName {
  readonly stem: string;
  /** Without the dot. */
  readonly extension: string;
}

/**
 * The sender's file name made safe; without one "performer - title"; without those the kind and the document's id.
 * Pure: the same message always proposes the same name.
 */
export function proposeName(message: Nameable): ProposedName {
  const { stem, extension: named } = splitName(message.fileName ?? '');
  const extension = chooseExtension(message.mimeType, named);
  const keepsEnd = named !== '' && named !== extension && !isAudioExtension(named);
  const tagged = [message.performer, message.title].filter((text) => text?.trim()).join(' - ');
  return {
    stem:
      safeComponent(keepsEnd ? `${stem}.${named}` : stem) ||
      safeComponent(tagged) ||
      `${message.kind} ${message.location.documentId}`,
    extension,
  };
}

/**
 * The `attempt`-th candidate for a name: "Song.mp3", "Song (2).mp3", "Song (3).mp3"… The stem is shortened so that
 * the whole, with `.part` behind it, stays within 255 bytes.
 */
export function candidateName(name: ProposedName, attempt: number): string {
  const tail = `${attempt <= 1 ? '' : ` (${attempt})`}.${name.extension}`;
  const stem = trimEnds(cutToBytes(name.stem, MAX_FINAL_BYTES - utf8Length(tail)));
  return `${stem === '' ? '_' : stem}${tail}`;
}

/** Directory of a chat under the output directory. */
export function chatDirectoryName(chat: Pick<Chat, 'id' | 'title'>): string {
  return safeComponent(chat.title) || `chat ${chat.id}`;
}
