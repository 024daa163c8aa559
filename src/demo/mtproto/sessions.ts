import type { AuthKey } from './auth_keys.js';
import type { MessageIds } from './message_ids.js';
import { Session } from './session.js';
import { RetentionBudget } from './unacknowledged.js';

/** All sessions, by key and session id; those without a connection are forgotten first when there are too many. */
export class Sessions {
  static readonly LIMIT = 4096;

  readonly #sessions = new Map<string, Session>();
  readonly #ids: MessageIds;
  readonly #budget = new RetentionBudget();

  constructor(ids: MessageIds) {
    this.#ids = ids;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session, made when there is none. */
  open(key: AuthKey, id: bigint): Session {
    const name = nameOf(key, id);
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const session = new Session(key, id, this.#ids, this.#budget);
    this.#sessions.set(name, session);
    if (this.#sessions.size > Sessions.LIMIT) this.#forgetOldest();
    return session;
  }

  /** @returns whether there was one */
  destroy(key: AuthKey, id: bigint): boolean {
    return this.#delete(nameOf(key, id));
  }

  destroyOf(keyIds: readonly string[]): void {
    for (const [name, session] of this.#sessions) if (keyIds.includes(session.key.hexId)) this.#delete(name);
  }

  /** The sessions of a permanent key, and of the temporary keys bound to it, that take updates. */
  *subscribers(permanentKeyId: string): Generator<Session> {
    for (const session of this.#sessions.values())
      if (session.wantsUpdates && session.key.callerId === permanentKeyId) yield session;
  }

  #forgetOldest(): void {
    for (const [name, session] of this.#sessions) {
      if (session.isConnected) continue;
      this.#delete(name);
      return;
    }
  }

  #delete(name: string): boolean {
    this.#sessions.get(name)?.unacknowledged.clear();
    return this.#sessions.delete(name);
  }
}

function nameOf(key: AuthKey, id: bigint): string {
  return `${key.hexId}:${id}`;
}
