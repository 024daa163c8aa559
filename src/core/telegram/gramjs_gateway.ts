import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import type { FileLane } from '../download/lane.js';
import { limitFor } from '../download/parts/part_size.js';
import { TadError } from '../errors.js';
import type { Account, CacheFigures, LoginPrompts } from '../face.js';
import type {
  AudioKind,
  AudioMessage,
  AudioPage,
  Chat,
  ChatTarget,
  FileLocation,
  ForumTopic,
  ThumbInfo,
  TitlePart,
} from '../types.js';
import { MAX_THUMB_BYTES } from './audio_rows.js';
import { listChats, listTopics } from './dialogs.js';
import { Engine, type EngineOptions } from './engine.js';
import { GramjsLane } from './file_lane.js';
import type { LaneCredentials, ScanOptions } from './gateway.js';
import { peerOfChat } from './peers.js';
import { Resolver } from './resolve.js';
import { countMessages, fetchMessage, scanMessages } from './scan.js';

/** Every call of the gateway, over an {@link Engine}. Loading this file loads GramJS. */
export class GramjsGateway implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #events: EngineOptions['events'];

  constructor(options: EngineOptions) {
    this.#engine = new Engine(options);
    this.#events = options.events;
  }

  connect(signal: AbortSignal): Promise<Account> {
    return this.#engine.connect(signal);
  }

  login(prompts: LoginPrompts, signal: AbortSignal): Promise<Account> {
    return this.#engine.login(prompts, signal);
  }

  logout(signal: AbortSignal): Promise<void> {
    return this.#engine.logout(signal);
  }

  chats(signal: AbortSignal): AsyncGenerator<readonly Chat[], void> {
    return listChats(this.#engine.connected.link, this.#engine.peers, signal);
  }

  audioCount(chat: Chat, kinds: readonly AudioKind[], signal: AbortSignal): Promise<number> {
    return countMessages(this.#engine.connected.link, chat, kinds, signal);
  }

  topics(chat: Chat, signal: AbortSignal): Promise<readonly ForumTopic[]> {
    return listTopics(this.#engine.connected.link, chat, signal);
  }

  resolve(text: string, signal: AbortSignal, titles?: TitlePart): Promise<ChatTarget> {
    return this.#resolver.resolve(text, signal, titles);
  }

  async *scan(
    target: ChatTarget,
    options: ScanOptions,
    signal: AbortSignal,
  ): AsyncGenerator<AudioPage, void> {
    const { link } = this.#engine.connected;
    if (target.messageId === undefined) {
      yield* scanMessages(link, target, options, signal);
      return;
    }
    const message = await fetchMessage(link, peerOfChat(target.chat), target.messageId, signal);
    const wanted =
      message !== undefined && message.chatId === target.chat.id && message.kind === options.kind;
    yield { messages: wanted ? [message] : [], scanned: 1, total: 1 };
  }

  async refresh(message: AudioMessage, signal: AbortSignal): Promise<FileLocation> {
    const peer = await this.#peer(message.chatId, signal);
    const fresh = await fetchMessage(this.#engine.connected.link, peer, message.messageId, signal);
    if (fresh === undefined || fresh.chatId !== message.chatId) {
      throw new TadError('not-found', `message ${message.messageId} is gone or carries no audio any more`);
    }
    return fresh.location;
  }

  /** The thumb of the message, with one fresh file reference if the old one has expired. */
  async thumb(message: AudioMessage, signal: AbortSignal): Promise<Uint8Array> {
    const { thumb } = message;
    if (thumb === undefined) throw new TadError('not-found', 'that message offers no cover');
    try {
      return await this.#thumbBytes(message.location, thumb, signal);
    } catch (error) {
      if (!(error instanceof TadError) || error.code !== 'reference-expired') throw error;
      return this.#thumbBytes(await this.refresh(message, signal), thumb, signal);
    }
  }

  gramjsLane(): FileLane {
    return new GramjsLane(() => this.#engine.connected.pool);
  }

  async laneCredentials(dcId: number, signal: AbortSignal, renew = false): Promise<LaneCredentials> {
    const { pool } = this.#engine.connected;
    if (renew) pool.renew(dcId);
    const known = this.#knownCredentials(dcId);
    if (known !== undefined) return known;
    const wire = await pool.acquire(dcId, signal);
    return {
      dcId,
      isHome: dcId === this.#engine.connected.session.home.id,
      host: wire.dc.host,
      port: wire.dc.port,
      authKey: Uint8Array.from(wire.key),
      serverSalt: Uint8Array.from(wire.clock.salt),
      apiId: this.#engine.apiId,
      timeOffset: wire.clock.timeOffset,
    };
  }

  wake(): void {
    this.#engine.wake();
  }

  caches(): readonly CacheFigures[] {
    return this.#engine.caches();
  }

  trimCaches(): number {
    return this.#engine.trimCaches();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#engine[Symbol.asyncDispose]();
  }

  /** Where a key is stored already, a connection of GramJS's is not needed to hand it out. */
  #knownCredentials(dcId: number): LaneCredentials | undefined {
    const { session, link, directory } = this.#engine.connected;
    const { clock } = link;
    const key = session.isAuthorized(dcId) ? session.key(dcId) : undefined;
    if (key === undefined || clock === undefined) return undefined;
    const isHome = dcId === session.home.id;
    const { host, port } = isHome ? session.home : directory.address(dcId);
    return {
      dcId,
      isHome,
      host,
      port,
      authKey: Uint8Array.from(key),
      // Salts belong to a key; another data centre tells its own when it sees a wrong one.
      serverSalt: isHome ? Uint8Array.from(clock.salt) : new Uint8Array(8),
      apiId: this.#engine.apiId,
      timeOffset: clock.timeOffset,
    };
  }

  get #resolver(): Resolver {
    return new Resolver(this.#engine.connected.link, this.#engine.peers, this.#events);
  }

  async #peer(chatId: string, signal: AbortSignal): Promise<Api.TypeInputPeer> {
    const known = this.#engine.peers.find(chatId);
    if (known !== undefined) return known;
    const chat = await this.#resolver.findDialog((found) => found.id === chatId, signal);
    if (chat === undefined) throw new TadError('not-found', `this account has no chat with the id ${chatId}`);
    return peerOfChat(chat);
  }

  async #thumbBytes(location: FileLocation, thumb: ThumbInfo, signal: AbortSignal): Promise<Uint8Array> {
    const size = Math.min(thumb.size, MAX_THUMB_BYTES);
    const limit = limitFor(size);
    const pieces: Buffer[] = [];
    for (let offset = 0; offset < size; offset += limit) {
      const request = new Api.upload.GetFile({
        location: new Api.InputDocumentFileLocation({
          id: returnBigInt(location.documentId),
          accessHash: returnBigInt(location.accessHash),
          fileReference: Buffer.from(location.fileReference),
          thumbSize: thumb.type,
        }),
        offset: returnBigInt(offset),
        limit,
      });
      const answer = await this.#engine.connected.pool.request(location.dcId, request, signal);
      if (!(answer instanceof Api.upload.File)) throw new TadError('rejected', 'Telegram sent no cover');
      pieces.push(answer.bytes);
      if (answer.bytes.length < limit) break;
    }
    return Uint8Array.from(Buffer.concat(pieces));
  }
}
