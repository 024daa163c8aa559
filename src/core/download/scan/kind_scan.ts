import type { Library } from '../../library/library.js';
import type { ScanOptions, TelegramGateway } from '../../telegram/gateway.js';
import type { AudioKind, AudioMessage, AudioPage, ChatTarget } from '../../types.js';
import { type PersistOptions, persist } from '../policies/persist.js';

/** Rows of the library read at a time. */
const LIBRARY_PAGE = 200;

export interface KindScanOptions {
  readonly gateway: Pick<TelegramGateway, 'scan'>;
  readonly library: Pick<Library, 'saveMessages' | 'scans' | 'messagesBelow'>;
  readonly persist: PersistOptions;
  readonly target: ChatTarget;
  readonly kind: AudioKind;
  /** Stop asking the server after so many. */
  readonly limit?: number;
  /** A page came from the server: messages looked at in it, and what the server says there is in all. */
  readonly onPage: (page: { readonly looked: number; readonly total?: number }) => void;
}

/**
 * All messages of one kind in a chat or topic, newest first, asking the server only for what the library has not seen:
 * what is newer than the last scan, then the library's own rows, then what lies below an interrupted scan. Pages are
 * saved before they are passed on, so that nothing that was seen is lost when the process dies.
 */
export async function* scanKind(options: KindScanOptions): AsyncGenerator<AudioMessage, void, undefined> {
  const { library, target, kind, limit } = options;
  const chatId = target.chat.id;
  const topicId = target.topicId ?? 0;
  if (target.messageId !== undefined) {
    const around = { kind, minId: target.messageId - 1, maxId: target.messageId + 1, limit: 1 };
    for await (const page of serverPages(options, around)) yield* page.messages;
    return;
  }
  const before = library.scans.one(chatId, topicId, kind);
  if (!before) {
    yield* scanDown(options, limit === undefined ? { kind } : { kind, limit }, undefined);
    return;
  }
  let { newestId } = before;
  for await (const page of serverPages(options, { kind, minId: before.newestId })) {
    for (const { messageId } of page.messages) newestId = Math.max(newestId, messageId);
    yield* page.messages;
  }
  // Only now is there no gap between what was new and what was known.
  library.scans.save(chatId, topicId, kind, { ...before, newestId });
  yield* knownMessages(options, before.oldestId, before.newestId);
  if (!before.complete) {
    yield* scanDown(options, { kind, maxId: before.oldestId }, newestId);
  }
}

/** Goes down to the beginning of the chat, noting after each page how far it came. */
async function* scanDown(
  options: KindScanOptions,
  from: ScanOptions,
  newestId: number | undefined,
): AsyncGenerator<AudioMessage, void, undefined> {
  const { library, target, kind, limit } = options;
  const topicId = target.topicId ?? 0;
  let newest = newestId ?? 0;
  let oldest = from.maxId;
  let passedOn = 0;
  for await (const { messages } of serverPages(options, from)) {
    for (const { messageId } of messages) {
      newest = Math.max(newest, messageId);
      oldest = Math.min(oldest ?? messageId, messageId);
    }
    passedOn += messages.length;
    if (oldest !== undefined) {
      library.scans.save(target.chat.id, topicId, kind, {
        newestId: newest,
        oldestId: oldest,
        complete: false,
      });
    }
    yield* messages;
  }
  if (from.limit !== undefined && limit !== undefined && passedOn >= limit) return;
  library.scans.save(target.chat.id, topicId, kind, {
    newestId: newest,
    oldestId: oldest ?? 0,
    complete: true,
  });
}

/** The server's pages, saved. After a failure that a policy mends it goes on below the last message it had. */
async function* serverPages(
  options: KindScanOptions,
  scan: ScanOptions,
): AsyncGenerator<AudioPage, void, undefined> {
  const { gateway, library, target, onPage } = options;
  const { signal } = options.persist;
  let { maxId } = scan;
  let left = scan.limit;
  const open = () =>
    gateway
      .scan(
        target,
        {
          ...scan,
          ...(maxId === undefined ? {} : { maxId }),
          ...(left === undefined ? {} : { limit: left }),
        },
        signal,
      )
      [Symbol.asyncIterator]();
  let iterator: AsyncIterator<AudioPage> | undefined;
  let scannedBefore = 0;
  try {
    for (;;) {
      const next = await persist(options.persist, async () => {
        try {
          if (!iterator) {
            scannedBefore = 0;
            iterator = open();
          }
          return await iterator.next();
        } catch (error) {
          iterator = undefined;
          throw error;
        }
      });
      if (next.done) return;
      const { messages, scanned, total } = next.value;
      if (messages.length > 0) library.saveMessages(messages);
      onPage({ looked: scanned - scannedBefore, ...(total === undefined ? {} : { total }) });
      scannedBefore = scanned;
      for (const { messageId } of messages) maxId = Math.min(maxId ?? messageId, messageId);
      if (left !== undefined) left -= messages.length;
      yield next.value;
      if (left !== undefined && left <= 0) return;
    }
  } finally {
    await iterator?.return?.();
  }
}

/** The library's rows with oldestId <= id <= newestId, newest first. */
function* knownMessages(
  { library, target, kind }: KindScanOptions,
  oldestId: number,
  newestId: number,
): Generator<AudioMessage, void, undefined> {
  let below = newestId + 1;
  for (;;) {
    const page = library.messagesBelow(target.chat.id, below, LIBRARY_PAGE);
    for (const message of page) {
      if (message.messageId < oldestId) return;
      below = message.messageId;
      if (message.kind !== kind) continue;
      if (target.topicId !== undefined && message.topicId !== target.topicId) continue;
      yield message;
    }
    if (page.length < LIBRARY_PAGE) return;
  }
}
