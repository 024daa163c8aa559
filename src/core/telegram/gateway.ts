import type { FileLane } from '../download/lane.js';
import type { CoreEmitter } from '../events.js';
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

export interface GatewayOptions {
  readonly apiId: number;
  readonly apiHash: string;
  /** Absolute path of the session file; its directory is made 0700, the file 0600. */
  readonly sessionFile: string;
  /** Another MTProto server: host and port of its home DC, and its RSA public key (PEM). */
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly dcId: number;
    readonly publicKeyPem: string;
  };
  /** socks5://[user:password@]host:port */
  readonly proxy?: string;
  readonly events: CoreEmitter;
  /** Longest silence of one request, milliseconds. */
  readonly requestTimeoutMs?: number;
  /** Longest wait for TCP and key exchange together, milliseconds. */
  readonly connectTimeoutMs?: number;
  /** Longest flood wait that a call sits out by itself, seconds (900); a longer one is thrown. */
  readonly maxFloodWaitSeconds?: number;
  /** Waits before the second, third, … attempt to connect, milliseconds; after the last one fails: `offline`. */
  readonly reconnectDelaysMs?: readonly number[];
}

/** Where a scan starts and in which direction it goes. */
export interface ScanOptions {
  readonly kind: AudioKind;
  /** Only messages newer than this id (exclusive): an incremental scan. */
  readonly minId?: number;
  /** Only messages older than this id (exclusive): going on with an interrupted scan. */
  readonly maxId?: number;
  readonly limit?: number;
}

/** The one door to Telegram. Nothing of GramJS is visible through it. */
export interface TelegramGateway extends AsyncDisposable {
  /** @throws TadError `login-required` (no session, or revoked), `session-locked`, `unreachable`, `timeout` */
  connect(signal: AbortSignal): Promise<Account>;
  login(prompts: LoginPrompts, signal: AbortSignal): Promise<Account>;
  /** Ends the session on the server and deletes the session file. */
  logout(signal: AbortSignal): Promise<void>;
  chats(signal: AbortSignal): AsyncIterable<readonly Chat[]>;
  topics(chat: Chat, signal: AbortSignal): Promise<readonly ForumTopic[]>;
  resolve(text: string, signal: AbortSignal, titles?: TitlePart): Promise<ChatTarget>;
  /** Newest first, page by page; the next page is asked for when the consumer takes it. */
  scan(target: ChatTarget, options: ScanOptions, signal: AbortSignal): AsyncIterable<AudioPage>;
  /** How many messages of these kinds a chat has, as Telegram counts them; nothing is scanned. One request. */
  audioCount(chat: Chat, kinds: readonly AudioKind[], signal: AbortSignal): Promise<number>;
  /** The message's file as it is now, with a fresh file reference. `not-found` when the message is gone. */
  refresh(message: AudioMessage, signal: AbortSignal): Promise<FileLocation>;
  /** Bytes of the cover that the message offers. */
  thumb(message: AudioMessage, signal: AbortSignal): Promise<Uint8Array>;
  /** Calls back for each new audio message while connected. */
  onNewAudio(listener: (message: AudioMessage) => void): Disposable;
  /** The lane over GramJS's own exported senders. */
  gramjsLane(): FileLane;
  /**
   * What a lane of our own needs: where the data centre is and the keys that GramJS negotiated.
   * @param renew after AUTH_KEY_UNREGISTERED or an unknown key on a data centre that is not the account's home:
   *   forgets that data centre's key, and authorises a new one
   */
  laneCredentials(dcId: number, signal: AbortSignal, renew?: boolean): Promise<LaneCredentials>;
  /** The machine slept: connections from before are most likely dead although nobody has said so. */
  wake(): void;
  /** What the gateway remembers, each with its bound; for the MemoryMonitor and the status. */
  caches(): readonly CacheFigures[];
  /** Under memory pressure: forgets what can be asked for again. @returns about how many bytes went */
  trimCaches(): number;
}

export interface LaneCredentials {
  readonly dcId: number;
  /** The account's own data centre: if that refuses the key, the account is logged out; another one only forgets it. */
  readonly isHome: boolean;
  readonly host: string;
  readonly port: number;
  /** 256 bytes. Full access to the account: never logged, never stored outside the session file. */
  readonly authKey: Uint8Array;
  /** 8 bytes as the wire has them; zeros where none is known: the server answers with a good one. */
  readonly serverSalt: Uint8Array;
  readonly apiId: number;
  /** Difference of the server's clock from ours, seconds. */
  readonly timeOffset: number;
}
