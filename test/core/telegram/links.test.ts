import { expect, it } from 'vitest';
import { parseTarget } from '../../../src/core/telegram/links.js';

const username = (name: string, place = {}) => ({ kind: 'username', username: name, ...place });
const channel = (id: string, place = {}) => ({ kind: 'channel', channelId: id, ...place });
const invite = (hash: string) => ({ kind: 'invite', hash });
const unsupported = { kind: 'unsupported' };

it.each<[string, object]>([
  ['me', { kind: 'self' }],
  ['Saved', { kind: 'self' }],
  ['@night_ferry', username('night_ferry')],
  ['t.me/night_ferry', username('night_ferry')],
  ['https://t.me/night_ferry/', username('night_ferry')],
  ['http://www.telegram.me/night_ferry?x=1', username('night_ferry')],
  ['https://telegram.dog/night_ferry', username('night_ferry')],
  ['https://night_ferry.t.me', username('night_ferry')],
  ['https://night_ferry.t.me/77', username('night_ferry', { messageId: 77 })],
  ['t.me/s/night_ferry/123', username('night_ferry', { messageId: 123 })],
  ['t.me/night_ferry/123', username('night_ferry', { messageId: 123 })],
  ['t.me/night_ferry/123?single', username('night_ferry', { messageId: 123 })],
  ['t.me/night_ferry/5/123', username('night_ferry', { topicId: 5, messageId: 123 })],
  ['t.me/night_ferry/123?thread=5', username('night_ferry', { topicId: 5, messageId: 123 })],
  ['t.me/night_ferry/99999999999', username('night_ferry')],
  ['t.me/c/1547604211', channel('1547604211')],
  ['t.me/c/1547604211/123', channel('1547604211', { messageId: 123 })],
  ['https://t.me/c/1547604211/5/123', channel('1547604211', { topicId: 5, messageId: 123 })],
  ['t.me/c/abc/1', unsupported],
  ['t.me/+AAAAAFDemoInviteHash', invite('AAAAAFDemoInviteHash')],
  ['https://t.me/joinchat/AAAAAFDemoInviteHash', invite('AAAAAFDemoInviteHash')],
  ['tg://join?invite=AAAAAFDemoInviteHash', invite('AAAAAFDemoInviteHash')],
  ['tg://resolve?domain=night_ferry', username('night_ferry')],
  ['tg://resolve?domain=night_ferry&post=7&thread=3', username('night_ferry', { topicId: 3, messageId: 7 })],
  ['tg:resolve?domain=night_ferry&post=7', username('night_ferry', { messageId: 7 })],
  ['tg://privatepost?channel=1547604211&post=9', channel('1547604211', { messageId: 9 })],
  ['tg://user?id=456067058', { kind: 'id', id: '456067058' }],
  ['tg://proxy?server=x', unsupported],
  ['t.me/addstickers/Animals', unsupported],
  ['t.me/proxy?server=1.2.3.4', unsupported],
  ['-1001547604211', { kind: 'id', id: '-1001547604211' }],
  ['1984', { kind: 'id', id: '1984' }],
  ['  Night Ferry Radio ', { kind: 'title', title: 'Night Ferry Radio' }],
  ['Тихая волна', { kind: 'title', title: 'Тихая волна' }],
  ['AC/DC', { kind: 'title', title: 'AC/DC' }],
  ['https://example.org/night_ferry', { kind: 'title', title: 'https://example.org/night_ferry' }],
  ['Podcast: the best', { kind: 'title', title: 'Podcast: the best' }],
  ['t.me', { kind: 'title', title: 't.me' }],
  ['', { kind: 'title', title: '' }],
])('understands %j', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});
