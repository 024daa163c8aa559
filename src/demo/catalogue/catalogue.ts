/** The synthetic world that the server serves. Everything is computed from the seed when asked for. */

export interface CatalogueOptions {
  readonly seed: number;
  /** Number of music channels besides the fixed cast (forum, saved messages, voice notes, hostile names). */
  readonly chats: number;
  /** Music messages of each of these channels; 0 = each its own plausible number. */
  readonly tracks: number;
  /** Size of every file in these channels in MB (2^20); 0 = mixed, a few KB to some MB, with a few large ones. */
  readonly fileMb: number;
}

export interface CatalogueDocument {
  readonly id: bigint;
  readonly accessHash: bigint;
  /** 2 or 4. */
  readonly dcId: number;
  readonly mimeType: string;
  readonly size: number;
  readonly date: number;
  /** As its sender named it; possibly hostile, possibly absent. */
  readonly fileName?: string;
  readonly title?: string;
  readonly performer?: string;
  /** Seconds. */
  readonly duration: number;
  /** documentAttributeAudio.voice */
  readonly voice: boolean;
  /** False for audio sent as a plain file: no documentAttributeAudio, found by the Document filter only. */
  readonly audioAttribute: boolean;
  /** A JPEG cover, square. */
  readonly thumb?: {
    readonly type: string;
    readonly width: number;
    readonly height: number;
    readonly size: number;
  };
  /** Writes bytes [offset, offset+length) into `target` at `targetOffset`; O(length), any order, no state. */
  read(offset: number, length: number, target: Uint8Array, targetOffset?: number): void;
  /** The JPEG's bytes. */
  readThumb(): Buffer;
}

export type MessageKind = 'music' | 'voice' | 'document' | 'text';

export interface CatalogueMessage {
  /** Ascending from 1 within the chat, with gaps where messages were deleted. */
  readonly id: number;
  readonly date: number;
  readonly kind: MessageKind;
  readonly text: string;
  /** Id of the user who sent it; absent for channel posts. */
  readonly fromId?: bigint;
  /** Id of the forum topic's first message. */
  readonly topicId?: number;
  /** Messages of one album share it. */
  readonly groupedId?: bigint;
  readonly document?: CatalogueDocument;
}

/** Ascending message ids, addressable by position without being listed. */
export interface IdSequence {
  readonly length: number;
  at(index: number): number;
  /** How many ids of the sequence are smaller than `id`; O(log n) or better. */
  countBelow(id: number): number;
}

export type CatalogueChatKind = 'user' | 'bot' | 'group' | 'supergroup' | 'channel' | 'forum' | 'saved';

export interface CatalogueChat {
  readonly kind: CatalogueChatKind;
  /** Bare id as TL has it (positive). */
  readonly id: bigint;
  readonly accessHash: bigint;
  readonly title: string;
  readonly username?: string;
  /** What follows `+` in an invite link, for private channels. */
  readonly inviteHash?: string;
  readonly memberCount: number;
  readonly pinned: boolean;
  /** Title of the dialog folder it is in. */
  readonly folder?: string;
  /** The account may see that it exists, but not read it (CHANNEL_PRIVATE). */
  readonly forbidden: boolean;
  /** Forward and save are disabled (noforwards). */
  readonly protected: boolean;
  readonly topics: readonly { readonly id: number; readonly title: string }[];
  /** Ids of messages of one kind (optionally one topic), or of all kinds. */
  ids(kind: MessageKind | 'all', topicId?: number): IdSequence;
  /** Undefined where the message was deleted or never was. */
  message(id: number): CatalogueMessage | undefined;
}

export interface CatalogueUser {
  readonly id: bigint;
  readonly accessHash: bigint;
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  /** Accounts that can log in have one, in the style of Telegram's test accounts: 99966XYYYY, X the DC. */
  readonly phone?: string;
  /** Login code: X five times, as for Telegram's test accounts. */
  readonly code?: string;
  readonly password?: string;
  readonly premium: boolean;
}

export interface Catalogue {
  readonly options: CatalogueOptions;
  /** Accounts first. */
  readonly users: readonly CatalogueUser[];
  user(id: bigint): CatalogueUser | undefined;
  /** The dialogs of one account, pinned first, then newest message first. */
  chats(userId: bigint): readonly CatalogueChat[];
  chat(kind: 'user' | 'group' | 'channel', id: bigint): CatalogueChat | undefined;
  /** Every chat of the world once, whoever may see it. */
  allChats(): readonly CatalogueChat[];
  /** Ignores case. */
  chatByUsername(username: string): CatalogueChat | undefined;
  chatByInvite(hash: string): CatalogueChat | undefined;
  document(id: bigint): CatalogueDocument | undefined;
  /**
   * Adds a new music message to a chat (for pushed updates); returns it.
   * @param date Unix seconds; now unless given, never before the chat's newest message
   * @throws RangeError when 100,000 messages were posted to the chat
   */
  post(chat: CatalogueChat, date?: number): CatalogueMessage;
}
