import type { TadError } from '../core/errors.js';
import { things } from './format.js';
import type { ChatsView } from './stores/chats_store.js';
import type { ConnectionView } from './stores/connection_store.js';

/** All that decides what becomes of work of which no file is known yet. */
export interface WantedWork {
  /** How many downloads were asked for and are not done. */
  readonly wanted: number;
  /** Why some of them stopped. */
  readonly problems: readonly TadError[];
  readonly connection: Pick<ConnectionView, 'state'>;
  readonly chats: ChatsView;
}

export interface WantedWords {
  readonly text: string;
  readonly detail?: string | undefined;
  /** What to press, or that nothing needs to be. */
  readonly keys: string;
  readonly isProblem: boolean;
}

/** What the work that was asked for is doing, as long as none of its files is in the queue; undefined when nothing is. Pure. */
export function wantedWords({ wanted, problems, connection, chats }: WantedWork): WantedWords | undefined {
  const [problem] = problems;
  if (problem !== undefined) {
    const { message, hint } = problem;
    const text = `${things(problems.length, 'download')} stopped: ${message}`;
    return { text, detail: hint, keys: 'r in the downloads (2) tries again', isProblem: true };
  }
  const scanned = chats.rows.filter(({ scanning }) => scanning !== undefined).length;
  if (scanned > 0)
    return { text: `looking through ${things(scanned, 'chat')}`, keys: SELF, isProblem: false };
  if (wanted === 0) return undefined;
  const asked = `${things(wanted, 'download')} that you asked for`;
  if (connection.state !== 'online')
    return { text: `${asked}: waits for Telegram`, keys: 'It begins by itself then', isProblem: false };
  if (chats.isLoading) return { text: `${asked}: waits for the list of chats`, keys: SELF, isProblem: false };
  if (chats.problem !== undefined) {
    const text = `${asked}: the list of chats is missing`;
    return { text, detail: chats.problem.message, keys: 'r in the chats (1) asks again', isProblem: false };
  }
  return { text: `${asked}: asking Telegram for the first messages`, keys: SELF, isProblem: false };
}

const SELF = 'It goes on by itself';
