import { Random } from '../random.js';
import type {
  CatalogueChat,
  CatalogueDocument,
  CatalogueMessage,
  IdSequence,
  MessageKind,
} from './catalogue.js';
import type { ChatPlan } from './chat_plan.js';
import { type Composer, type Content, postedContent, type Setting } from './content.js';
import type { Pattern } from './pattern.js';

/** What a chat needs of the world around it. */
export interface World {
  readonly seed: number;
  chatId(plan: ChatPlan): bigint;
  /** TL's grouped_id of one of a chat's groups of messages. */
  groupId(chatIndex: number, group: number): bigint;
  /** The document of a message, made from its content. */
  document(
    chatIndex: number,
    messageId: number,
    date: number,
    file: NonNullable<Content['file']>,
  ): CatalogueDocument | undefined;
}

const OLDEST_SPAN_SECONDS = 8 * 365 * 86_400;
const LONGEST_INTERVAL_SECONDS = 5 * 3600;
/** Posted messages are the only thing that is kept; 8 bytes each. */
const MOST_POSTED = 100_000;

/** A chat computed from its plan. */
export class WorldChat implements CatalogueChat {
  readonly id: bigint;
  readonly accessHash: bigint;
  readonly kind: CatalogueChat['kind'];
  readonly title: string;
  readonly username?: string;
  readonly inviteHash?: string;
  readonly memberCount: number;
  readonly pinned: boolean;
  readonly folder?: string;
  readonly forbidden: boolean;
  readonly protected: boolean;
  readonly topics: CatalogueChat['topics'];
  readonly #world: World;
  readonly #setting: Setting;
  readonly #pattern: Pattern;
  readonly #compose: Composer;
  readonly #interval: number;
  /** Dates of the posted messages; their ids follow the pattern's last. */
  readonly #posted: number[] = [];

  constructor(
    world: World,
    readonly plan: ChatPlan,
  ) {
    const { index } = plan;
    this.#world = world;
    this.#setting = { seed: world.seed, chatIndex: index, scripts: plan.scripts };
    this.#pattern = plan.pattern(new Random(world.seed, index));
    this.#compose = plan.composer(this.#setting);
    this.#interval = Math.min(LONGEST_INTERVAL_SECONDS, OLDEST_SPAN_SECONDS / this.#pattern.lastId);
    this.id = world.chatId(plan);
    this.accessHash = plan.peer?.accessHash ?? new Random(world.seed, 0xacce, index).id();
    this.kind = plan.kind;
    this.title = plan.title;
    const username = plan.username ?? plan.peer?.username;
    if (username !== undefined) this.username = username;
    if (plan.inviteHash !== undefined) this.inviteHash = plan.inviteHash;
    this.memberCount = plan.memberCount;
    this.pinned = plan.pinned ?? false;
    if (plan.folder !== undefined) this.folder = plan.folder;
    this.forbidden = plan.forbidden ?? false;
    this.protected = plan.protected ?? false;
    this.topics = plan.topics ?? [];
  }

  /** Date of the newest message. */
  get newestDate(): number {
    return this.#posted.at(-1) ?? this.#dateOf(this.#pattern.lastId);
  }

  ids(kind: MessageKind | 'all', topicId?: number): IdSequence {
    const before = this.#pattern.ids(kind, topicId);
    const first = this.#pattern.lastId + 1;
    const posted = kind === 'all' || kind === 'music' ? this.#posted.length : 0;
    if (posted === 0 || (topicId !== undefined && topicId !== this.#postTopic)) return before;
    return {
      length: before.length + posted,
      at: (index) => (index < before.length ? before.at(index) : first + index - before.length),
      countBelow: (id) => before.countBelow(id) + Math.min(Math.max(id - first, 0), posted),
    };
  }

  message(id: number): CatalogueMessage | undefined {
    const posted = this.#posted[id - this.#pattern.lastId - 1];
    if (posted !== undefined) {
      return this.#build(id, 'music', posted, this.#postTopic, postedContent(this.#setting, id));
    }
    const place = this.#pattern.place(id);
    if (place === undefined || place.slot.kind === 'gap') return undefined;
    const ordinal = this.#pattern.ids(place.slot.kind).countBelow(id);
    return this.#build(
      id,
      place.slot.kind,
      this.#dateOf(id),
      place.slot.topicId,
      this.#compose(place, ordinal),
    );
  }

  /** The document of one of the music messages that were here from the beginning; counts on from the first again. */
  originalMusic(ordinal: number): CatalogueDocument | undefined {
    const music = this.#pattern.ids('music');
    return music.length === 0 ? undefined : this.message(music.at(ordinal % music.length))?.document;
  }

  /** @throws RangeError when 100,000 messages have been posted */
  post(date: number): CatalogueMessage {
    if (this.#posted.length >= MOST_POSTED) throw new RangeError(`${MOST_POSTED} messages posted already`);
    this.#posted.push(Math.max(date, this.newestDate));
    return this.message(this.#pattern.lastId + this.#posted.length)!;
  }

  get #postTopic(): number | undefined {
    return this.topics[0]?.id;
  }

  #build(
    id: number,
    kind: MessageKind,
    date: number,
    topicId: number | undefined,
    content: Content,
  ): CatalogueMessage {
    const { index, authors } = this.plan;
    const author =
      authors.length === 0 ? undefined : new Random(this.#setting.seed, index, id, 2).pick(authors);
    const document = content.file && this.#world.document(index, id, date, content.file);
    return {
      id,
      date,
      kind,
      text: content.text,
      ...(author !== undefined && { fromId: author.id }),
      ...(topicId !== undefined && { topicId }),
      ...(content.group !== undefined && { groupedId: this.#world.groupId(index, content.group) }),
      ...(document !== undefined && { document }),
    };
  }

  #dateOf(id: number): number {
    return this.plan.newest - Math.floor((this.#pattern.lastId - id) * this.#interval);
  }
}
