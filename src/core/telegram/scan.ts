import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import { cleanNumber } from '../clean.js';
import { TadError } from '../errors.js';
import type { AudioKind, AudioMessage, AudioPage, Chat, ChatTarget } from '../types.js';
import { audioRow } from './audio_rows.js';
import type { Caller } from './caller.js';
import type { ScanOptions } from './gateway.js';
import { peerOfChat } from './peers.js';

/** The server's own maximum (https://core.telegram.org/method/messages.search). */
const PAGE = 100;

/** Message ids have 31 bits: no chat has more. */
const MAX_MESSAGES = 2 ** 31 - 1;

/** A page as it came, already without GramJS's objects. */
interface RawPage {
  readonly rows: readonly AudioMessage[];
  readonly seen: number;
  readonly lowestId: number;
  readonly total: number | undefined;
  readonly complete: boolean;
}

/**
 * The chat's audio messages of one kind, newest first. While the consumer works on a page the next one is under
 * way, and not more: memory is two pages of plain rows, whatever the chat's size.
 */
export async function* scanMessages(
  caller: Caller,
  target: ChatTarget,
  options: ScanOptions,
  signal: AbortSignal,
): AsyncGenerator<AudioPage, void> {
  const peer = peerOfChat(target.chat);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let matched = 0;
  const fetchPage = (offsetId: number) => {
    // Of files sent as documents most are no audio, so a small limit says nothing about the page there.
    const limit =
      options.kind === 'document'
        ? PAGE
        : Math.min(PAGE, (options.limit ?? Number.POSITIVE_INFINITY) - matched);
    const page = searchPage(caller, peer, target.topicId, { ...options, limit }, offsetId, both);
    page.catch(() => {});
    return page;
  };
  let scanned = 0;
  let next: Promise<RawPage> | undefined = fetchPage(options.maxId ?? 0);
  let offsetId = Number.POSITIVE_INFINITY;
  try {
    while (next !== undefined) {
      const page: RawPage = await next;
      next = undefined;
      if (page.seen === 0) break;
      if (page.lowestId >= offsetId) throw new TadError('server', 'Telegram sent the same messages twice');
      offsetId = page.lowestId;
      scanned += page.seen;
      const room = (options.limit ?? Number.POSITIVE_INFINITY) - matched;
      const rows = page.rows.slice(0, Math.max(0, room));
      matched += rows.length;
      const done = page.complete || rows.length >= room || offsetId <= (options.minId ?? 0) + 1;
      if (!done) next = fetchPage(offsetId);
      yield {
        messages: rows,
        scanned,
        ...(page.total === undefined ? {} : { total: page.total }),
      };
    }
  } finally {
    stop.abort();
  }
}

async function searchPage(
  caller: Caller,
  peer: Api.TypeInputPeer,
  topicId: number | undefined,
  options: ScanOptions,
  offsetId: number,
  signal: AbortSignal,
): Promise<RawPage> {
  const request = new Api.messages.Search({
    peer,
    q: '',
    filter: filterOf(options.kind),
    minDate: 0,
    maxDate: 0,
    offsetId,
    addOffset: 0,
    limit: options.limit ?? PAGE,
    maxId: 0,
    minId: options.minId ?? 0,
    hash: returnBigInt(0),
    ...(topicId === undefined ? {} : { topMsgId: topicId }),
  });
  const answer = await caller.call(request, signal);
  if (answer instanceof Api.messages.MessagesNotModified) return EMPTY;
  return readPage(answer, options);
}

const EMPTY: RawPage = { rows: [], seen: 0, lowestId: 0, total: undefined, complete: true };

function readPage(
  answer: Api.messages.Messages | Api.messages.MessagesSlice | Api.messages.ChannelMessages,
  options: ScanOptions,
): RawPage {
  const { messages } = answer;
  const inRange = messages.filter(({ id }) => id > (options.minId ?? 0) && id < (options.maxId ?? Infinity));
  return {
    rows: inRange.flatMap((message) => {
      const row = audioRow(message);
      return row?.kind === options.kind ? [row] : [];
    }),
    seen: messages.length,
    lowestId: messages.reduce((lowest, { id }) => Math.min(lowest, id), Number.POSITIVE_INFINITY),
    total: 'count' in answer ? answer.count : messages.length,
    complete: answer instanceof Api.messages.Messages,
  };
}

/** https://core.telegram.org/method/messages.getSearchCounters */
export async function countMessages(
  caller: Caller,
  chat: Chat,
  kinds: readonly AudioKind[],
  signal: AbortSignal,
): Promise<number> {
  const request = new Api.messages.GetSearchCounters({
    peer: peerOfChat(chat),
    filters: kinds.map(filterOf),
  });
  const counters = await caller.call(request, signal);
  return counters.reduce((sum, { count }) => sum + (cleanNumber(count, 0, MAX_MESSAGES) ?? 0), 0);
}

/** https://core.telegram.org/type/MessagesFilter */
function filterOf(kind: AudioKind): Api.TypeMessagesFilter {
  if (kind === 'music') return new Api.InputMessagesFilterMusic();
  if (kind === 'voice') return new Api.InputMessagesFilterVoice();
  return new Api.InputMessagesFilterDocument();
}

/** One message of a chat as it is now; undefined when it is gone or carries no audio. */
export async function fetchMessage(
  caller: Caller,
  peer: Api.TypeInputPeer,
  messageId: number,
  signal: AbortSignal,
): Promise<AudioMessage | undefined> {
  const answer =
    peer instanceof Api.InputPeerChannel
      ? await caller.call(
          new Api.channels.GetMessages({
            channel: new Api.InputChannel({ channelId: peer.channelId, accessHash: peer.accessHash }),
            id: [new Api.InputMessageID({ id: messageId })],
          }),
          signal,
        )
      : // messages.getMessages does not say which chat is meant; the history of one does.
        await caller.call(
          new Api.messages.GetHistory({
            peer,
            offsetId: messageId + 1,
            offsetDate: 0,
            addOffset: 0,
            limit: 1,
            maxId: 0,
            minId: 0,
            hash: returnBigInt(0),
          }),
          signal,
        );
  if (answer instanceof Api.messages.MessagesNotModified) return undefined;
  const message = answer.messages.find((found) => found.id === messageId);
  return message === undefined ? undefined : audioRow(message);
}
