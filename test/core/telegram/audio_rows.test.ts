import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import { describe, expect, it } from 'vitest';
import { MAX_FILE_SIZE } from '../../../src/core/clean.js';
import { audioRow } from '../../../src/core/telegram/audio_rows.js';

interface Content {
  readonly mimeType?: string;
  readonly fileName?: string;
  readonly size?: string;
  readonly attributes?: readonly Api.TypeDocumentAttribute[];
  readonly thumbs?: Api.TypePhotoSize[];
  readonly message?: Partial<ConstructorParameters<typeof Api.Message>[0]>;
}

function message(content: Content = {}): Api.Message {
  const name = content.fileName;
  const fileName = name === undefined ? [] : [new Api.DocumentAttributeFilename({ fileName: name })];
  const document = new Api.Document({
    id: returnBigInt('7000000000000000001'),
    accessHash: returnBigInt('-5'),
    fileReference: Buffer.from('reference'),
    date: 0,
    mimeType: content.mimeType ?? 'application/octet-stream',
    size: returnBigInt(content.size ?? '1000'),
    dcId: 4,
    attributes: [...(content.attributes ?? []), ...fileName],
    ...(content.thumbs === undefined ? {} : { thumbs: content.thumbs }),
  });
  return new Api.Message({
    id: 9,
    peerId: new Api.PeerChannel({ channelId: returnBigInt('1547604211') }),
    date: 1_700_000_000,
    message: '',
    media: new Api.MessageMediaDocument({ document }),
    ...content.message,
  });
}

const audio = (fields: Partial<Api.DocumentAttributeAudio> = {}) =>
  new Api.DocumentAttributeAudio({ duration: 61, ...fields });
const video = new Api.DocumentAttributeVideo({ duration: 1, w: 1, h: 1 });

it('is a plain row with everything in it', () => {
  const row = audioRow(
    message({
      mimeType: 'Audio/MPEG',
      fileName: 'a\u001b[31m.mp3',
      attributes: [audio({ title: ' A  song ', performer: 'Somebody' })],
      thumbs: [
        new Api.PhotoStrippedSize({ type: 'i', bytes: Buffer.alloc(9) }),
        new Api.PhotoSize({ type: 's', w: 90, h: 90, size: 2000 }),
        new Api.PhotoSizeProgressive({ type: 'm', w: 320, h: 320, sizes: [500, 9000] }),
      ],
      message: { message: 'a\ncaption' },
    }),
  );
  expect(row).toEqual({
    chatId: '-1001547604211',
    messageId: 9,
    date: 1_700_000_000,
    kind: 'music',
    location: {
      documentId: '7000000000000000001',
      accessHash: '-5',
      fileReference: Uint8Array.from(Buffer.from('reference')),
      dcId: 4,
      size: 1000,
    },
    mimeType: 'audio/mpeg',
    fileName: 'a.mp3',
    title: 'A song',
    performer: 'Somebody',
    duration: 61,
    caption: 'a caption',
    thumb: { type: 'm', width: 320, height: 320, size: 9000 },
  });
});

it.each<[string, Content, string | undefined]>([
  ['music', { attributes: [audio()] }, 'music'],
  ['a voice note', { attributes: [audio({ voice: true })] }, 'voice'],
  ['audio by its type', { mimeType: 'audio/flac' }, 'document'],
  ['audio by a type of its own', { mimeType: 'application/ogg' }, 'document'],
  ['audio by its name', { fileName: 'BOOK.M4B' }, 'document'],
  ['a text', { mimeType: 'text/plain', fileName: 'mp3.txt' }, undefined],
  ['a video', { mimeType: 'audio/mp4', attributes: [video] }, undefined],
  ['nothing named', {}, undefined],
])('%s', (_, content, kind) => {
  expect(audioRow(message(content))?.kind).toBe(kind);
});

describe('absurd figures', () => {
  it.each(['0', '-1', String(MAX_FILE_SIZE + 1), '9223372036854775807'])(
    'has no use for a size of %s',
    (size) => {
      expect(audioRow(message({ attributes: [audio()], size }))).toBeUndefined();
    },
  );

  it.each([0, -5, 2_147_483_647])('has no duration of %i', (duration) => {
    expect(audioRow(message({ attributes: [audio({ duration })] }))).not.toHaveProperty('duration');
  });

  it('has no cover of an impossible size or name', () => {
    const thumbs = [
      new Api.PhotoSize({ type: 'm', w: 1, h: 1, size: 1 << 30 }),
      new Api.PhotoSize({ type: '../x', w: 1, h: 1, size: 100 }),
    ];
    expect(audioRow(message({ attributes: [audio()], thumbs }))).not.toHaveProperty('thumb');
  });
});

it.each([
  [{ forumTopic: true, replyToMsgId: 5 }, 5],
  [{ forumTopic: true, replyToMsgId: 40, replyToTopId: 5 }, 5],
  [{ replyToMsgId: 40 }, undefined],
])('knows its topic from %j', (reply, topicId) => {
  const replyTo = new Api.MessageReplyHeader(reply);
  expect(audioRow(message({ attributes: [audio()], message: { replyTo } }))?.topicId).toBe(topicId);
});

it('is nothing where there is no document', () => {
  expect(audioRow(new Api.MessageEmpty({ id: 1 }))).toBeUndefined();
  const media = new Api.MessageMediaDocument({});
  expect(audioRow(message({ message: { media } }))).toBeUndefined();
});
