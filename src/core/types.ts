/**
 * The plain rows that travel through the core. Ids are decimal strings (they are 64-bit), sizes are bytes,
 * durations seconds, dates Unix seconds. Text has been cleaned where it entered (core/clean.ts).
 */

/** `forum` is a supergroup with topics; `saved` is the account's own Saved Messages. */
export type ChatKind = 'user' | 'bot' | 'group' | 'supergroup' | 'channel' | 'forum' | 'saved';

/** Something that can be mirrored. */
export interface Chat {
  /** Marked id as in the Bot API: users `N`, basic groups `-N`, channels and supergroups `-100N`. */
  readonly id: string;
  readonly kind: ChatKind;
  readonly title: string;
  readonly username?: string;
  /** Needed to address users and channels; absent for basic groups. */
  readonly accessHash?: string;
  readonly folders: readonly string[];
  readonly pinned: boolean;
  readonly memberCount?: number;
  /** Date of the newest message. */
  readonly lastMessageDate?: number;
}

/** What a person named: a chat, one of its topics, or one of its messages. */
export interface ChatTarget {
  readonly chat: Chat;
  readonly topicId?: number;
  readonly messageId?: number;
}

/** How much of a chat's title has to be given: all, or any part that picks one chat. */
export type TitlePart = 'whole' | 'part';

export interface ForumTopic {
  readonly id: number;
  readonly title: string;
}

/** Which kinds of messages to look for; each is one server-side search filter. */
export type AudioKind = 'music' | 'voice' | 'document';

/** Where a file's bytes are asked for. */
export interface FileLocation {
  readonly documentId: string;
  readonly accessHash: string;
  /** Opaque, expires (FILE_REFERENCE_EXPIRED); refreshed from the message. */
  readonly fileReference: Uint8Array;
  readonly dcId: number;
  /** As the server announced it; the file is not done until it has exactly this many bytes. */
  readonly size: number;
}

/** A cover offered with the document; fetched only when asked for. */
export interface ThumbInfo {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly size: number;
}

/** One message that carries one audio document. */
export interface AudioMessage {
  readonly chatId: string;
  readonly messageId: number;
  readonly topicId?: number;
  readonly date: number;
  readonly kind: AudioKind;
  readonly location: FileLocation;
  readonly mimeType: string;
  /** As the sender named it; may be absent, and is not yet a safe name on disk. */
  readonly fileName?: string;
  readonly title?: string;
  readonly performer?: string;
  readonly duration?: number;
  readonly caption?: string;
  readonly thumb?: ThumbInfo;
}

/** One page of a scan, oldest or newest first as the scan was asked for. */
export interface AudioPage {
  readonly messages: readonly AudioMessage[];
  /** Messages looked at so far in this scan, this page included. */
  readonly scanned: number;
  /** What the server says there is in all, where it does. */
  readonly total?: number;
}

/** One document on its way to disk. Ids of transfers are document ids: a document is fetched once. */
export type TransferState =
  | 'queued'
  | 'active'
  | 'paused'
  | 'waiting' // a flood wait, a full disk, memory pressure, or no connection: see reason
  | 'completed'
  | 'skipped'
  | 'failed'
  | 'cancelled';

export interface TransferSnapshot {
  readonly documentId: string;
  readonly chatId: string;
  readonly chatTitle: string;
  readonly messageId: number;
  readonly state: TransferState;
  /** Base name of the file on disk. */
  readonly fileName: string;
  /** Absolute path it has or will have when done. */
  readonly path: string;
  readonly bytes: number;
  readonly totalBytes: number;
  /** Over the last seconds; 0 when not active. */
  readonly bytesPerSecond: number;
  /** Seconds until it is done at this speed; absent where that would be a guess. */
  readonly secondsLeft?: number;
  /** Why it waits, failed, or was skipped: one line. */
  readonly reason?: string;
  /** Unix seconds at which a wait ends by itself, where that is known. */
  readonly until?: number;
  /** Unix seconds since when it has been waiting, where the reason is that nothing comes. */
  readonly since?: number;
  readonly sha256?: string;
}
