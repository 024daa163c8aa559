import { Random } from '../random.js';
import type { CatalogueUser } from './catalogue.js';
import { peerId } from './peers.js';

const USER_ID_BASE = 100_000_000;

interface Person {
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  readonly phone?: string;
  readonly code?: string;
  readonly password?: string;
  readonly premium?: boolean;
}

/** Test numbers are 99966XYYYY with X the data centre; the code is X five times. https://core.telegram.org/api/auth#test-accounts */
const ACCOUNTS: readonly Person[] = [
  { firstName: 'Demo', lastName: 'Listener', username: 'demo_listener', phone: '9996620001', code: '22222' },
  {
    firstName: 'Careful',
    lastName: 'Collector',
    phone: '9996620002',
    code: '22222',
    password: 'correct horse',
  },
  { firstName: 'Премиум', username: 'demo_premium', phone: '9996620003', code: '22222', premium: true },
];

const CONTACTS: readonly Person[] = [
  { firstName: 'Marta', lastName: 'Lindqvist', username: 'marta_l' },
  { firstName: 'Юрій', lastName: 'Коваль' },
  { firstName: '佐藤', lastName: '葵', username: 'aoi_sato', premium: true },
  { firstName: 'Nikos' },
  { firstName: 'ليلى', lastName: 'حداد' },
  { firstName: '🎸', lastName: '' },
  { firstName: 'Bobby\u001b[31m', lastName: '\u202Etables' },
];

const BOT: Person = { firstName: 'Music Box', username: 'music_box_bot' };

export interface People {
  readonly accounts: readonly CatalogueUser[];
  readonly contacts: readonly CatalogueUser[];
  readonly bot: CatalogueUser;
}

export function createPeople(seed: number): People {
  let index = 0;
  const user = (person: Person): CatalogueUser => ({
    premium: false,
    ...person,
    id: peerId(seed, USER_ID_BASE, index),
    accessHash: new Random(seed, 0x05e4, index++).id(),
  });
  return { accounts: ACCOUNTS.map(user), contacts: CONTACTS.map(user), bot: user(BOT) };
}
