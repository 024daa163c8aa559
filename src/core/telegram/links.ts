/** What a person may have meant by the text that names a chat, before Telegram is asked. */
export type ParsedTarget =
  | { readonly kind: 'self' }
  | ({ readonly kind: 'username'; readonly username: string } & Place)
  /** A private link: the bare channel id. */
  | ({ readonly kind: 'channel'; readonly channelId: string } & Place)
  | { readonly kind: 'invite'; readonly hash: string }
  /** A marked id; short digit strings may be a title too. */
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'title'; readonly title: string }
  /** A Telegram link that names no chat, such as a proxy or a sticker set. */
  | { readonly kind: 'unsupported' };

interface Place {
  readonly messageId?: number;
  readonly topicId?: number;
}

const HOSTS = new Set(['t.me', 'telegram.me', 'telegram.dog']);
const USERNAME = /^[a-z][a-z0-9_]{3,31}$/i;
const HASH = /^[a-z0-9_-]{8,64}$/i;
/** First path segments of t.me that are no usernames (https://core.telegram.org/api/links). */
const RESERVED = new Set(
  (
    'addemoji addlist addstickers addtheme auth bg boost confirmphone contact giftcode invoice ' +
    'iv login m nft proxy setlanguage share socks'
  ).split(' '),
);

/** Understands titles, `@name`, marked ids, every t.me form and tg:// links. Pure; never throws. */
export function parseTarget(text: string): ParsedTarget {
  const trimmed = text.trim();
  if (/^(me|self|saved)$/i.test(trimmed)) return { kind: 'self' };
  if (/^@[a-z0-9_]+$/i.test(trimmed)) return { kind: 'username', username: trimmed.slice(1) };
  if (/^-?\d{1,19}$/.test(trimmed)) return { kind: 'id', id: trimmed };
  const url = asTelegramUrl(trimmed);
  if (url === undefined) return { kind: 'title', title: trimmed };
  return url.protocol === 'tg:' ? parseTgLink(url) : parseWebLink(url);
}

function asTelegramUrl(text: string): URL | undefined {
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(candidate) ? new URL(candidate) : undefined;
  if (url === undefined || /\s/.test(text)) return undefined;
  if (url.protocol === 'tg:') return url;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const host = url.hostname.replace(/^www\./, '');
  if (HOSTS.has(host)) return url.pathname === '/' && candidate !== text ? undefined : url;
  return host.endsWith('.t.me') ? url : undefined;
}

function parseWebLink(url: URL): ParsedTarget {
  const path = url.pathname.split('/').filter((segment) => segment !== '');
  const host = url.hostname.replace(/^www\./, '');
  if (!HOSTS.has(host)) path.unshift(host.slice(0, -'.t.me'.length));
  if (path[0] === 's') path.shift();
  const [first = '', ...rest] = path;
  if (first.startsWith('+') || first.startsWith('%20')) return invite(first.replace(/^(\+|%20)/, ''));
  if (first === 'joinchat') return invite(rest[0] ?? '');
  const thread = url.searchParams.get('thread');
  if (first === 'c') {
    const [channelId = '', ...ids] = rest;
    return /^\d{1,19}$/.test(channelId)
      ? { kind: 'channel', channelId, ...place(ids, thread) }
      : { kind: 'unsupported' };
  }
  if (RESERVED.has(first.toLowerCase()) || !USERNAME.test(first)) return { kind: 'unsupported' };
  return { kind: 'username', username: first, ...place(rest, thread) };
}

/** https://core.telegram.org/api/links gives each of these forms. */
function parseTgLink(url: URL): ParsedTarget {
  const action = url.hostname || url.pathname.replace(/^\/*/, '');
  const parameter = (name: string) => url.searchParams.get(name) ?? '';
  const ids = parameter('post') === '' ? [] : [parameter('post')];
  const thread = parameter('thread') || parameter('topic') || null;
  if (action === 'join') return invite(parameter('invite'));
  if (action === 'resolve' && USERNAME.test(parameter('domain'))) {
    return { kind: 'username', username: parameter('domain'), ...place(ids, thread) };
  }
  if (action === 'privatepost' && /^\d{1,19}$/.test(parameter('channel'))) {
    return { kind: 'channel', channelId: parameter('channel'), ...place(ids, thread) };
  }
  if (action === 'user' && /^\d{1,19}$/.test(parameter('id'))) return { kind: 'id', id: parameter('id') };
  return { kind: 'unsupported' };
}

function invite(hash: string): ParsedTarget {
  return HASH.test(hash) ? { kind: 'invite', hash } : { kind: 'unsupported' };
}

/** One number is a message (or a topic: only the chat can tell); two are topic and message. */
function place(ids: readonly string[], thread: string | null): Place {
  const [first, second] = ids.map(messageId);
  const topic = thread === null ? undefined : messageId(thread);
  if (second !== undefined && first !== undefined) return { topicId: first, messageId: second };
  return {
    ...(first === undefined ? {} : { messageId: first }),
    ...(topic === undefined ? {} : { topicId: topic }),
  };
}

function messageId(text: string): number | undefined {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return id > 0 && id <= 0x7fffffff ? id : undefined;
}
