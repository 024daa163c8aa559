import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { type Clock, delay } from '../../../../src/core/download/clock.js';
import { fileError } from '../../../../src/core/download/files/file_error.js';
import type { FileLane, LaneFile, PartRecord } from '../../../../src/core/download/lane.js';
import { partDigest } from '../../../../src/core/download/parts/part_digest.js';
import type { Part } from '../../../../src/core/download/parts/part_plan.js';
import { TadError, WrongDcError } from '../../../../src/core/errors.js';
import type { ScanOptions } from '../../../../src/core/telegram/gateway.js';
import type {
  AudioKind,
  AudioMessage,
  AudioPage,
  Chat,
  ChatTarget,
  FileLocation,
} from '../../../../src/core/types.js';

/** Bytes that differ in every block of 4 KB and between documents. */
export function contentOf(documentId: string, size: number): Buffer {
  const bytes = Buffer.alloc(size, `${documentId} `);
  for (let offset = 0; offset + 8 <= size; offset += 4096) bytes.writeDoubleBE(offset, offset);
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function chat(id: string, title = `Chat ${id}`): Chat {
  return { id, kind: 'channel', title, accessHash: '1', folders: [], pinned: false };
}

export interface MessageSpec {
  readonly chatId?: string;
  readonly messageId: number;
  readonly documentId?: string;
  readonly size?: number;
  readonly dcId?: number;
  readonly fileName?: string;
  readonly kind?: AudioKind;
}

export function message(spec: MessageSpec): AudioMessage {
  const documentId = spec.documentId ?? String(7_000_000 + spec.messageId);
  return {
    chatId: spec.chatId ?? '-1001',
    messageId: spec.messageId,
    date: 1_600_000_000 + spec.messageId,
    kind: spec.kind ?? 'music',
    location: {
      documentId,
      accessHash: '42',
      fileReference: Uint8Array.of(1),
      dcId: spec.dcId ?? 2,
      size: spec.size ?? 10_000,
    },
    mimeType: 'audio/mpeg',
    fileName: spec.fileName ?? `track ${spec.messageId}.mp3`,
  };
}

const HASHED_BYTES = 128 * 1024;

/** One request for a part, as the test may answer it. */
export interface PartRequest {
  readonly location: FileLocation;
  readonly offset: number;
  readonly length: number;
  /** How often this part was asked for before. */
  readonly before: number;
}

/** A lane over made-up contents that really writes files. `onPart` may throw, or take its time. */
export class FakeLane implements FileLane {
  readonly name = 'gramjs';
  readonly requests: PartRequest[] = [];
  underWay = 0;
  peak = 0;
  peakBytes = 0;
  /** The server has hashes of its files, in pieces of 128 KB. */
  hasHashes = false;
  onPart: (request: PartRequest, signal: AbortSignal) => Promise<void> | void = () => {};
  onOpen: (location: FileLocation, path: string) => Promise<void> | void = () => {};

  async open(location: FileLocation, path: string, _signal: AbortSignal): Promise<LaneFile> {
    await this.onOpen(location, path);
    return new FakeLaneFile(this, location, path);
  }

  reconnects = 0;

  reconnect(): void {
    this.reconnects++;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class FakeLaneFile implements LaneFile {
  readonly #lane: FakeLane;
  readonly #fd: number;
  readonly #path: string;
  readonly #content: Buffer;
  #location: FileLocation;

  constructor(lane: FakeLane, location: FileLocation, path: string) {
    this.#lane = lane;
    this.#location = location;
    this.#path = path;
    this.#content = contentOf(location.documentId, location.size);
    try {
      closeSync(openSync(path, 'a+'));
      this.#fd = openSync(path, 'r+');
    } catch (error) {
      throw fileError(error, path);
    }
  }

  relocate(location: FileLocation): void {
    this.#location = location;
  }

  async fetchPart(offset: number, length: number, signal: AbortSignal): Promise<PartRecord> {
    const lane = this.#lane;
    checkRules(offset, length, this.#location.size);
    const before = lane.requests.filter(
      (request) => request.offset === offset && request.location.documentId === this.#location.documentId,
    ).length;
    const request = { location: this.#location, offset, length, before };
    lane.requests.push(request);
    lane.underWay++;
    lane.peak = Math.max(lane.peak, lane.underWay);
    try {
      await lane.onPart(request, signal);
      if (signal.aborted) throw new TadError('cancelled', 'cancelled');
      const bytes = this.#content.subarray(offset, offset + length);
      writeSync(this.#fd, bytes, 0, bytes.length, offset);
      return { offset, length, digest: partDigest(bytes) };
    } finally {
      lane.underWay--;
    }
  }

  async salvage(ranges: readonly Part[]): Promise<readonly PartRecord[]> {
    if (!this.#lane.hasHashes) return [];
    const pieces: PartRecord[] = [];
    for (let offset = 0; offset < this.#content.length; offset += HASHED_BYTES) {
      const bytes = this.#content.subarray(offset, offset + HASHED_BYTES);
      pieces.push({ offset, length: bytes.length, digest: partDigest(bytes) });
    }
    const isAsked = (piece: PartRecord) =>
      ranges.some(
        ({ offset, length }) => offset < piece.offset + piece.length && piece.offset < offset + length,
      );
    return this.verify(pieces.filter(isAsked));
  }

  async verify(parts: readonly PartRecord[]): Promise<readonly PartRecord[]> {
    return parts.filter(({ offset, length, digest }) => {
      const bytes = Buffer.alloc(length);
      return readSync(this.#fd, bytes, 0, length, offset) === length && partDigest(bytes) === digest;
    });
  }

  async finish(modified: number): Promise<{ bytes: number; sha256: string }> {
    const { size } = fstatSync(this.#fd);
    if (size !== this.#location.size) throw new TadError('corrupt', 'wrong size');
    futimesSync(this.#fd, modified, modified);
    fsyncSync(this.#fd);
    return { bytes: size, sha256: sha256(readFileSync(this.#path)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeSync(this.#fd);
  }
}

/** https://core.telegram.org/api/files#downloading-files */
function checkRules(offset: number, length: number, size: number): void {
  let limit = 4096;
  while (limit < length) limit *= 2;
  const isLast = offset + length === size;
  if (offset % limit !== 0 || limit > 2 ** 20 || (length !== limit && !isLast) || length < 1) {
    throw new TadError('rejected', `LIMIT_INVALID: ${offset}+${length} of ${size}`);
  }
}

export class FakeGateway {
  readonly messages = new Map<string, AudioMessage[]>();
  readonly scans: ScanOptions[] = [];
  pageSize = 10;
  refreshes = 0;
  onScan: (options: ScanOptions) => Promise<void> | void = () => {};
  onRefresh: (message: AudioMessage) => Promise<void> | void = () => {};

  put(...messages: readonly AudioMessage[]): void {
    for (const one of messages) {
      const list = this.messages.get(one.chatId) ?? [];
      list.push(one);
      this.messages.set(one.chatId, list);
    }
  }

  async *scan(target: ChatTarget, options: ScanOptions, _signal: AbortSignal): AsyncGenerator<AudioPage> {
    const { kind, minId = 0, maxId = Infinity, limit = Infinity } = options;
    this.scans.push(options);
    const found = (this.messages.get(target.chat.id) ?? [])
      .filter((one) => one.kind === kind && one.messageId > minId && one.messageId < maxId)
      .sort((a, b) => b.messageId - a.messageId)
      .slice(0, limit);
    for (let from = 0; from < found.length; from += this.pageSize) {
      await this.onScan(options);
      const messages = found.slice(from, from + this.pageSize);
      yield { messages, scanned: from + messages.length, total: found.length };
    }
    if (found.length === 0) await this.onScan(options);
  }

  wakes = 0;

  wake(): void {
    this.wakes++;
  }

  async refresh(old: AudioMessage): Promise<FileLocation> {
    this.refreshes++;
    await this.onRefresh(old);
    const now = this.messages.get(old.chatId)?.find((one) => one.messageId === old.messageId);
    if (!now) throw new TadError('not-found', 'the message is gone');
    return { ...now.location, fileReference: Uint8Array.of(this.refreshes + 1) };
  }
}

/** Answers after `ms` of the given clock. */
export function latency(clock: Clock, ms: number) {
  return (_request: PartRequest, signal: AbortSignal) => delay(clock, ms, signal);
}

export function livesOn(dcId: number) {
  return ({ location }: PartRequest) => {
    if (location.dcId !== dcId) throw new WrongDcError(dcId);
  };
}
