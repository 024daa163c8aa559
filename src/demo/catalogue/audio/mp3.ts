import { BankedFrames } from './banked_frames.js';
import { FramedFile, NO_HEAD } from './framed_file.js';
import { ID3V1_BYTES, id3v1, id3v2 } from './id3.js';
import {
  MP3_FRAME_SAMPLES,
  MP3_FRAMES_PER_NOTE,
  MP3_SAMPLE_RATE,
  mp3Bank,
  mp3FrameBytes,
} from './mp3_bank.js';
import { type AudioSpec, TEXT_ROOM } from './spec.js';
import { STAMP_BYTES } from './stamp.js';

export type Mp3Tagging = 'none' | 'id3v1' | 'id3v2.3' | 'id3v2.4';

/** A constant bit rate MP3. With an ID3v2 tag it has exactly the size asked for. */
export function mp3File(spec: AudioSpec, tagging: Mp3Tagging): FramedFile {
  const frameBytes = mp3FrameBytes(spec.kbps);
  const { tags, cover } = spec;
  const tail = tagging === 'id3v1' && tags !== undefined ? id3v1(tags) : new Uint8Array(0);
  const version = tagging === 'id3v2.3' ? 3 : tagging === 'id3v2.4' ? 4 : undefined;
  const tagged = version !== undefined && tags !== undefined;
  const room = (tagged ? TEXT_ROOM + (cover?.size ?? 0) : 0) + (tail.length > 0 ? ID3V1_BYTES : 0);
  const count = Math.max(1, Math.floor((spec.bytes - room) / frameBytes));
  const headSize = tagged
    ? Math.max(spec.bytes - count * frameBytes, TEXT_ROOM + (cover?.size ?? 0)) - tail.length
    : 0;
  const head = tagged ? { size: headSize, bytes: () => id3v2(tags, cover, version, headSize) } : NO_HEAD;
  const frames = new BankedFrames(
    frameBytes,
    () => mp3Bank(spec.kbps),
    MP3_FRAMES_PER_NOTE,
    frameBytes - STAMP_BYTES,
    spec.key,
  );
  return new FramedFile(head, frames, count, (count * MP3_FRAME_SAMPLES) / MP3_SAMPLE_RATE, tail);
}
