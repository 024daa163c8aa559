import { Api } from 'telegram';
import { cleanText } from '../clean.js';
import { TadError } from '../errors.js';
import type { CoreEmitter } from '../events.js';
import type { Chat, ChatTarget, TitlePart } from '../types.js';
import type { Caller } from './caller.js';
import { chatRow } from './chat_rows.js';
import { findTopic, listChats } from './dialogs.js';
import { type ParsedTarget, parseTarget } from './links.js';
import { markedId, parseMarkedId } from './peer_id.js';
import { idOfPeer, inputChannel, type PeerCache } from './peers.js';
import { TitleMatcher } from './titles.js';

/** Turns what a person wrote into a chat, one of its topics or one of its messages. */
export class Resolver {
  readonly #caller: Caller;
  readonly #peers: PeerCache;
  readonly #events: CoreEmitter;

  constructor(caller: Caller, peers: PeerCache, events: CoreEmitter) {
    this.#events = events;
    this.#caller = caller;
    this.#peers = peers;
  }

  /**
   * One call for names and links; titles and ids look through the dialogs, page by page. A part of a title will do where
   * it picks one chat, which a notice tells, unless the whole title is asked for.
   * @throws TadError `not-found` with the nearest titles as hint, `forbidden`, `usage`
   */
  async resolve(text: string, signal: AbortSignal, titles: TitlePart = 'part'): Promise<ChatTarget> {
    const parsed = parseTarget(text);
    switch (parsed.kind) {
      case 'self':
        return { chat: await this.#self(signal) };
      case 'username':
        return this.#place(await this.#byUsername(parsed.username, signal), parsed, signal);
      case 'channel':
        return this.#place(await this.#byId(markedId('channel', parsed.channelId), signal), parsed, signal);
      case 'invite':
        return { chat: await this.#byInvite(parsed.hash, signal) };
      case 'id':
        return { chat: await this.#byIdOrTitle(parsed.id, signal, titles) };
      case 'title':
        return { chat: await this.#byTitle(parsed.title, signal, titles) };
      case 'unsupported':
        throw new TadError(
          'usage',
          `that link names no chat: ${cleanText(text)}`,
          'give a title, @name, t.me link or id',
        );
    }
  }

  /** The first chat of the dialogs that satisfies the test. O(dialogs). */
  async findDialog(test: (chat: Chat) => boolean, signal: AbortSignal): Promise<Chat | undefined> {
    for await (const page of listChats(this.#caller, this.#peers, signal)) {
      const found = page.find(test);
      if (found) return found;
    }
    return undefined;
  }

  async #self(signal: AbortSignal): Promise<Chat> {
    const request = new Api.users.GetUsers({ id: [new Api.InputUserSelf()] });
    const [user] = await this.#caller.call(request, signal);
    const chat = user && chatRow(user);
    if (!chat) throw new TadError('not-found', 'this account has no Saved Messages');
    return chat;
  }

  /** https://core.telegram.org/method/contacts.resolveUsername */
  async #byUsername(username: string, signal: AbortSignal): Promise<Chat> {
    const found = await this.#named(`@${username}`, () =>
      this.#caller.call(new Api.contacts.ResolveUsername({ username }), signal),
    );
    const id = idOfPeer(found.peer);
    for (const entity of [...found.users, ...found.chats]) {
      const chat = chatRow(entity);
      if (chat?.id === id) return this.#remember(chat);
    }
    throw new TadError('not-found', `nobody on Telegram is called @${username}`);
  }

  /** https://core.telegram.org/method/messages.checkChatInvite */
  async #byInvite(hash: string, signal: AbortSignal): Promise<Chat> {
    const invite = await this.#caller.call(new Api.messages.CheckChatInvite({ hash }), signal);
    if (invite instanceof Api.ChatInvite) {
      const title = cleanText(invite.title);
      throw new TadError(
        'not-found',
        `this account has not joined ${title}`,
        'accept the invitation in a Telegram app first',
      );
    }
    const chat = chatRow(invite.chat);
    if (!chat) throw new TadError('not-found', 'that invitation leads to a chat that no longer exists');
    return this.#remember(chat);
  }

  async #byIdOrTitle(text: string, signal: AbortSignal, titles: TitlePart): Promise<Chat> {
    try {
      return await this.#byId(text, signal);
    } catch (error) {
      if (!(error instanceof TadError) || error.code !== 'not-found') throw error;
      // "1984" may be a title.
      return this.#byTitle(text, signal, titles);
    }
  }

  async #byId(id: string, signal: AbortSignal): Promise<Chat> {
    const peer = parseMarkedId(id);
    if (peer === undefined) throw this.#noSuchId(id);
    if (id === this.#peers.selfId) return this.#self(signal);
    const known = this.#peers.find(id);
    const chat = known && peer.kind !== 'group' ? await this.#load(known, signal) : undefined;
    if (chat?.id === id) return chat;
    const listed = await this.findDialog((found) => found.id === id, signal);
    if (listed === undefined) throw this.#noSuchId(id);
    return listed;
  }

  async #load(peer: Api.TypeInputPeer, signal: AbortSignal): Promise<Chat | undefined> {
    if (peer instanceof Api.InputPeerUser) {
      const id = [new Api.InputUser({ userId: peer.userId, accessHash: peer.accessHash })];
      const [user] = await this.#caller.call(new Api.users.GetUsers({ id }), signal);
      return user && chatRow(user);
    }
    const request = new Api.channels.GetChannels({ id: [inputChannel(peer)] });
    const [channel] = (await this.#caller.call(request, signal)).chats;
    return channel && chatRow(channel);
  }

  async #byTitle(title: string, signal: AbortSignal, titles: TitlePart): Promise<Chat> {
    const matcher = new TitleMatcher<Chat>(title);
    for await (const page of listChats(this.#caller, this.#peers, signal)) {
      for (const chat of page) matcher.see(chat);
    }
    const match = matcher.result();
    const name = cleanText(title, 80);
    if (match.kind === 'one' && !match.isPart) return match.chat;
    if (match.kind === 'one' && titles === 'part') {
      // Whoever meant another chat is to see it before all of this one is fetched.
      this.#events.emit('notice', {
        level: 'warning',
        text: `${name}: taken for the chat ${match.chat.title}`,
      });
      return match.chat;
    }
    if (match.kind === 'many') {
      const what = match.isPart ? `several titles contain ${name}` : `several chats are called ${name}`;
      const choices = match.chats.map((chat) => `${chat.title} (${chat.id})`).join(', ');
      throw new TadError('not-found', what, `name one by its id: ${choices}`);
    }
    const nearest = match.kind === 'one' ? match.chat.title : match.nearest.join(', ');
    throw new TadError(
      'not-found',
      `no chat is called ${name}`,
      nearest === '' ? 'list them with: tad chats' : `did you mean: ${nearest}`,
    );
  }

  /** In a forum a single number in a link may be a topic: only the forum can tell. */
  async #place(
    chat: Chat,
    parsed: Extract<ParsedTarget, { kind: 'username' | 'channel' }>,
    signal: AbortSignal,
  ): Promise<ChatTarget> {
    const { messageId, topicId } = parsed;
    if (chat.kind === 'forum' && messageId !== undefined && topicId === undefined) {
      const topic = await findTopic(this.#caller, chat, messageId, signal);
      if (topic) return { chat, topicId: topic.id };
    }
    return {
      chat,
      ...(topicId === undefined ? {} : { topicId }),
      ...(messageId === undefined ? {} : { messageId }),
    };
  }

  async #named<T>(name: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TadError) || error.code !== 'not-found') throw error;
      throw new TadError('not-found', `nobody on Telegram is called ${name}`, undefined, { cause: error });
    }
  }

  #remember(chat: Chat): Chat {
    this.#peers.remember(chat.id, chat.accessHash);
    return chat;
  }

  #noSuchId(id: string): TadError {
    return new TadError(
      'not-found',
      `this account has no chat with the id ${id}`,
      'list them with: tad chats',
    );
  }
}
