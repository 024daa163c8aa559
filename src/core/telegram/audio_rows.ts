import { Api } from 'telegram';
import {
  cleanNumber,
  cleanOptional,
  MAX_CAPTION,
  MAX_DURATION,
  MAX_FILE_NAME,
  MAX_FILE_SIZE,
} from '../clean.js';
import type { AudioKind, AudioMessage, FileLocation, ThumbInfo } from '../types.js';
import { idOfPeer } from './peers.js';

/** Endings of files that are audio although their sender's program called them something else. */
const AUDIO_ENDING =
  /\.(?:aac|aif|aiff|alac|amr|ape|au|caf|dff|dsf|flac|m4a|m4b|m4r|mka|mp2|mp3|mpc|oga|ogg|opus|spx|tta|wav|weba|wma|wv)$/i;
const AUDIO_TYPES = new Set(['application/ogg', 'application/x-flac']);

/**
 * The audio document of a message as a plain row; undefined when it carries none. Nothing of the message itself is
 * kept: a GramJS message holds about 6 KB.
 */
export function audioRow(message: Api.TypeMessage): AudioMessage | undefined {
  if (!(message instanceof Api.Message)) return undefined;
  const document = documentOf(message);
  if (document === undefined) return undefined;
  const audio = document.attributes.find((found) => found instanceof Api.DocumentAttributeAudio);
  const fileName = fileNameOf(document);
  const mimeType = cleanOptional(document.mimeType, 100)?.toLowerCase() ?? 'application/octet-stream';
  const kind = kindOf(document, audio, mimeType, fileName);
  const location = fileLocation(document);
  if (kind === undefined || location === undefined) return undefined;
  const details = {
    topicId: topicOf(message),
    fileName,
    title: cleanOptional(audio?.title),
    performer: cleanOptional(audio?.performer),
    duration: cleanNumber(audio?.duration, 1, MAX_DURATION),
    caption: cleanOptional(message.message, MAX_CAPTION),
    thumb: thumbOf(document),
  };
  return {
    chatId: idOfPeer(message.peerId),
    messageId: message.id,
    date: cleanNumber(message.date, 0, 0xffff_ffff) ?? 0,
    kind,
    location,
    mimeType,
    ...withoutUndefined(details),
  };
}

function documentOf(message: Api.Message): Api.Document | undefined {
  const { media } = message;
  if (!(media instanceof Api.MessageMediaDocument)) return undefined;
  return media.document instanceof Api.Document ? media.document : undefined;
}

/** Music and voice notes are what their attribute says; of the others, what is audio by type or name. */
function kindOf(
  document: Api.Document,
  audio: Api.DocumentAttributeAudio | undefined,
  mimeType: string,
  fileName: string | undefined,
): AudioKind | undefined {
  if (audio !== undefined) return audio.voice ? 'voice' : 'music';
  if (document.attributes.some((found) => found instanceof Api.DocumentAttributeVideo)) return undefined;
  const byType = mimeType.startsWith('audio/') || AUDIO_TYPES.has(mimeType);
  return byType || AUDIO_ENDING.test(fileName ?? '') ? 'document' : undefined;
}

/** A size that no file on Telegram can have makes the document unusable. */
function fileLocation(document: Api.Document): FileLocation | undefined {
  const size = cleanNumber(document.size.toString(), 1, MAX_FILE_SIZE);
  const dcId = cleanNumber(document.dcId, 1, 1000);
  if (size === undefined || dcId === undefined) return undefined;
  return {
    documentId: document.id.toString(),
    accessHash: document.accessHash.toString(),
    // A copy: GramJS's is a view that would keep the whole packet alive.
    fileReference: Uint8Array.from(document.fileReference),
    dcId,
    size,
  };
}

function fileNameOf(document: Api.Document): string | undefined {
  const attribute = document.attributes.find((found) => found instanceof Api.DocumentAttributeFilename);
  return cleanOptional(attribute?.fileName, MAX_FILE_NAME);
}

/** https://core.telegram.org/api/forum: a reply's thread, or the message replied to when that is the topic. */
function topicOf(message: Api.Message): number | undefined {
  const { replyTo } = message;
  if (!(replyTo instanceof Api.MessageReplyHeader) || !replyTo.forumTopic) return undefined;
  return replyTo.replyToTopId ?? replyTo.replyToMsgId ?? undefined;
}

/** The largest that is still a thumbnail. */
function thumbOf(document: Api.Document): ThumbInfo | undefined {
  const thumbs = (document.thumbs ?? []).flatMap((size): ThumbInfo[] => {
    const bytes =
      size instanceof Api.PhotoSize
        ? size.size
        : size instanceof Api.PhotoSizeProgressive
          ? Math.max(0, ...size.sizes)
          : 0;
    if (!(size instanceof Api.PhotoSize || size instanceof Api.PhotoSizeProgressive)) return [];
    const valid = cleanNumber(bytes, 1, MAX_THUMB_BYTES) !== undefined && /^[a-z]$/.test(size.type);
    return valid ? [{ type: size.type, width: size.w, height: size.h, size: bytes }] : [];
  });
  return thumbs.sort((a, b) => b.size - a.size)[0];
}

/** Telegram's thumbnails have some tens of kilobytes. */
export const MAX_THUMB_BYTES = 2 << 20;

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
