import { hash32 } from '../../random.js';
import { noteOf } from './banked_frames.js';
import { Crc } from './crc.js';
import { vorbisComment } from './flac.js';
import { FramedFile, type FrameSource } from './framed_file.js';
import {
  OPUS_PACKET_BYTES,
  OPUS_PACKETS,
  OPUS_PACKETS_PER_SECOND,
  OPUS_PRE_SKIP,
  OPUS_SECONDS,
} from './opus_packets.js';

/** Ogg (RFC 3533) with Opus (RFC 7845): one page for each second. Pages carry the file's serial number. */

const SAMPLE_RATE = 48_000;
const PAGE_HEADER_BYTES = 27;
/** What all audio pages of the same second have in common: the lacing values and the packets. */
const SHARED_BYTES = OPUS_PACKETS_PER_SECOND * (1 + OPUS_PACKET_BYTES);
const PAGE_BYTES = PAGE_HEADER_BYTES + SHARED_BYTES;
const FIRST_PAGE = 0b010;
const LAST_PAGE = 0b100;
const CRC_AT = 22;
const HEADER_PAGES = 2;

const crc32 = new Crc(32, 0x04c1_1db7);
const overShared = crc32.over(SHARED_BYTES);

/** The lacing and packets of each second, and their check. */
const SECONDS = Array.from({ length: OPUS_SECONDS }, (_, second) => {
  const bytes = new Uint8Array(SHARED_BYTES).fill(OPUS_PACKET_BYTES, 0, OPUS_PACKETS_PER_SECOND);
  const packets = OPUS_PACKETS_PER_SECOND * OPUS_PACKET_BYTES;
  bytes.set(OPUS_PACKETS.subarray(second * packets, (second + 1) * packets), OPUS_PACKETS_PER_SECOND);
  return { bytes, check: crc32.of(bytes, 0, bytes.length) };
});

/**
 * A voice note.
 * @param key see AudioSpec
 * @param seconds whole seconds, at least 1
 */
export function opusFile(key: readonly [number, number], seconds: number): FramedFile {
  const serial = hash32(...key);
  const head = Buffer.concat([
    headerPage(serial, 0, FIRST_PAGE, opusHead()),
    headerPage(serial, 1, 0, Buffer.concat([Buffer.from('OpusTags', 'latin1'), vorbisComment(undefined)])),
  ]);
  const pages = new OpusPages(serial, seconds);
  return new FramedFile(
    { size: head.length, bytes: () => head },
    pages,
    seconds,
    seconds - OPUS_PRE_SKIP / SAMPLE_RATE,
  );
}

class OpusPages implements FrameSource {
  constructor(
    readonly serial: number,
    readonly count: number,
  ) {}

  start(page: number): number {
    return page * PAGE_BYTES;
  }

  frameAt(offset: number): number {
    return Math.floor(offset / PAGE_BYTES);
  }

  write(page: number, target: Uint8Array, at: number): void {
    const { bytes, check } = SECONDS[noteOf(this.serial, page, OPUS_SECONDS)]!;
    const header = pageHeader(
      this.serial,
      page + HEADER_PAGES,
      page === this.count - 1 ? LAST_PAGE : 0,
      (page + 1) * SAMPLE_RATE,
      OPUS_PACKETS_PER_SECOND,
    );
    header.writeUInt32LE((overShared(crc32.of(header, 0, header.length)) ^ check) >>> 0, CRC_AT);
    target.set(header, at);
    target.set(bytes, at + PAGE_HEADER_BYTES);
  }
}

/** A page that holds one packet shorter than 255 bytes. */
function headerPage(serial: number, sequence: number, flags: number, packet: Uint8Array): Buffer {
  const page = Buffer.concat([pageHeader(serial, sequence, flags, 0, 1), Buffer.of(packet.length), packet]);
  page.writeUInt32LE(crc32.of(page, 0, page.length), CRC_AT);
  return page;
}

/** Its check is still zero. */
function pageHeader(
  serial: number,
  sequence: number,
  flags: number,
  granule: number,
  segments: number,
): Buffer {
  const header = Buffer.alloc(PAGE_HEADER_BYTES);
  header.write('OggS', 'latin1');
  header[5] = flags;
  header.writeUInt32LE(granule % 2 ** 32, 6);
  header.writeUInt32LE(Math.floor(granule / 2 ** 32), 10);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = segments;
  return header;
}

function opusHead(): Buffer {
  const head = Buffer.from('OpusHead\x01\x01', 'latin1'); // version 1, mono
  const rest = Buffer.alloc(9); // output gain 0, mapping family 0
  rest.writeUInt16LE(OPUS_PRE_SKIP, 0);
  rest.writeUInt32LE(SAMPLE_RATE, 2);
  return Buffer.concat([head, rest]);
}
