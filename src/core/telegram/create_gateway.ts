import type { FileLane, LaneFile } from '../download/lane.js';
import type { Account, CacheFigures, LoginPrompts } from '../face.js';
import type {
  AudioKind,
  AudioMessage,
  AudioPage,
  Chat,
  ChatTarget,
  FileLocation,
  ForumTopic,
  TitlePart,
} from '../types.js';
import type { GatewayOptions, LaneCredentials, ScanOptions, TelegramGateway } from './gateway.js';
import type { GramjsGateway } from './gramjs_gateway.js';
import { checkProxy } from './proxy.js';
import { readServerKey, type ServerKey } from './server_key.js';

/**
 * The gateway over GramJS. GramJS costs about 400 ms and 45 MB, so it is loaded at the first call that needs it and
 * not when this file is.
 * @throws TadError `usage` for a proxy or server key that is none
 */
export function createGateway(options: GatewayOptions): TelegramGateway {
  if (options.proxy !== undefined) checkProxy(options.proxy);
  return new LazyGateway(options, options.server && readServerKey(options.server.publicKeyPem));
}

class LazyGateway implements TelegramGateway {
  readonly #options: GatewayOptions;
  readonly #serverKey: ServerKey | undefined;
  readonly #listeners = new Set<(message: AudioMessage) => void>();
  #loading: Promise<GramjsGateway> | undefined;
  #loaded: GramjsGateway | undefined;

  constructor(options: GatewayOptions, serverKey: ServerKey | undefined) {
    this.#options = options;
    this.#serverKey = serverKey;
  }

  async connect(signal: AbortSignal): Promise<Account> {
    return (await this.#load()).connect(signal);
  }

  async login(prompts: LoginPrompts, signal: AbortSignal): Promise<Account> {
    return (await this.#load()).login(prompts, signal);
  }

  async logout(signal: AbortSignal): Promise<void> {
    return (await this.#load()).logout(signal);
  }

  async *chats(signal: AbortSignal): AsyncGenerator<readonly Chat[], void> {
    yield* (await this.#load()).chats(signal);
  }

  async audioCount(chat: Chat, kinds: readonly AudioKind[], signal: AbortSignal): Promise<number> {
    return (await this.#load()).audioCount(chat, kinds, signal);
  }

  async topics(chat: Chat, signal: AbortSignal): Promise<readonly ForumTopic[]> {
    return (await this.#load()).topics(chat, signal);
  }

  async resolve(text: string, signal: AbortSignal, titles?: TitlePart): Promise<ChatTarget> {
    return (await this.#load()).resolve(text, signal, titles);
  }

  async *scan(
    target: ChatTarget,
    options: ScanOptions,
    signal: AbortSignal,
  ): AsyncGenerator<AudioPage, void> {
    yield* (await this.#load()).scan(target, options, signal);
  }

  async refresh(message: AudioMessage, signal: AbortSignal): Promise<FileLocation> {
    return (await this.#load()).refresh(message, signal);
  }

  async thumb(message: AudioMessage, signal: AbortSignal): Promise<Uint8Array> {
    return (await this.#load()).thumb(message, signal);
  }

  onNewAudio(listener: (message: AudioMessage) => void): Disposable {
    const entry = (message: AudioMessage) => listener(message);
    this.#listeners.add(entry);
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(entry);
      },
    };
  }

  gramjsLane(): FileLane {
    return new LazyLane(async () => (await this.#load()).gramjsLane());
  }

  async laneCredentials(dcId: number, signal: AbortSignal, renew?: boolean): Promise<LaneCredentials> {
    return (await this.#load()).laneCredentials(dcId, signal, renew);
  }

  wake(): void {
    this.#loaded?.wake();
  }

  caches(): readonly CacheFigures[] {
    return this.#loaded?.caches() ?? [];
  }

  trimCaches(): number {
    return this.#loaded?.trimCaches() ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#loading)?.[Symbol.asyncDispose]();
  }

  #load(): Promise<GramjsGateway> {
    this.#loading ??= import('./gramjs_gateway.js').then((module) => {
      this.#loaded = new module.GramjsGateway({
        ...this.#options,
        serverKey: this.#serverKey,
        onAudio: (message) => {
          for (const listener of this.#listeners) listener(message);
        },
      });
      return this.#loaded;
    });
    return this.#loading;
  }
}

/** The lane, when the first file is opened. */
class LazyLane implements FileLane {
  readonly name = 'gramjs';
  readonly #make: () => Promise<FileLane>;
  #lane: Promise<FileLane> | undefined;

  constructor(make: () => Promise<FileLane>) {
    this.#make = make;
  }

  async open(location: FileLocation, path: string, signal: AbortSignal): Promise<LaneFile> {
    this.#lane ??= this.#make();
    return (await this.#lane).open(location, path, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#lane)?.[Symbol.asyncDispose]();
  }
}
