import { Random } from '../random.js';
import { flacFile } from './audio/flac.js';
import type { FramedFile } from './audio/framed_file.js';
import { m4aFile } from './audio/m4a.js';
import { mp3File } from './audio/mp3.js';
import { opusFile } from './audio/opus.js';
import type { AudioSpec } from './audio/spec.js';
import type { CatalogueDocument } from './catalogue.js';
import { coverArt } from './cover.js';
import type { FileSpec } from './file_spec.js';

/**
 * Makes the document that a spec describes. Its bytes come into being when they are read.
 * @param key unique to the document, see AudioSpec
 */
export function createDocument(
  seed: number,
  id: bigint,
  key: AudioSpec['key'],
  date: number,
  spec: FileSpec,
): CatalogueDocument {
  const file = layOut(spec, key);
  const thumb = spec.thumbArt === undefined ? undefined : coverArt(spec.thumbArt);
  return {
    id,
    accessHash: new Random(seed, 0xd0c, ...key).id(),
    dcId: spec.dcId,
    mimeType: spec.mimeType,
    size: file.size,
    date,
    ...(spec.fileName !== undefined && { fileName: spec.fileName }),
    ...(spec.title !== undefined && { title: spec.title }),
    ...(spec.performer !== undefined && { performer: spec.performer }),
    duration: Math.max(1, Math.round(file.duration)),
    voice: spec.voice,
    audioAttribute: spec.audioAttribute,
    ...(thumb !== undefined && {
      thumb: { type: 'm', width: thumb.width, height: thumb.height, size: thumb.size },
    }),
    read: (offset, length, target, targetOffset) => file.read(offset, length, target, targetOffset),
    readThumb: () => Buffer.from(thumb?.bytes() ?? []),
  };
}

function layOut(spec: FileSpec, key: AudioSpec['key']): FramedFile {
  const audio: AudioSpec = {
    key,
    bytes: spec.bytes,
    kbps: spec.kbps,
    ...(spec.tags !== undefined && { tags: spec.tags }),
    ...(spec.embeddedArt !== undefined && { cover: coverArt(spec.embeddedArt) }),
  };
  switch (spec.format) {
    case 'mp3':
      return mp3File(audio, spec.mp3Tagging ?? 'none');
    case 'flac':
      return flacFile(audio);
    case 'm4a':
      return m4aFile(audio);
    case 'opus':
      return opusFile(key, spec.seconds ?? 1);
  }
}
