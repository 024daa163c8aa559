/**
 * Whether somebody is still there at the other end of a connection. TCP alone says nothing for many minutes when the network
 * changed, or a router on the way forgot the connection.
 */
export class Silence {
  readonly #suspectMs: number;
  readonly #deadMs: number;
  #since: number | undefined;
  #pingedAt: number | undefined;

  /** @param deadMs nobody is there when so much time has passed; a fifth of it makes one suspicious */
  constructor(deadMs: number) {
    this.#suspectMs = deadMs / 5;
    this.#deadMs = deadMs;
  }

  /** Something was sent that must be answered. */
  sent(now: number): void {
    this.#since ??= now;
  }

  /** Bytes came; whether more must come. */
  heard(now: number, expectsMore: boolean): void {
    this.#since = expectsMore ? now : undefined;
    this.#pingedAt = undefined;
  }

  isSuspect(now: number): boolean {
    return this.#since !== undefined && now - this.#since >= this.#suspectMs;
  }

  /**
   * To be asked now and then: `ping` once when it becomes suspicious, `give-up` when that found no answer either. Time begins with
   * the ping, so that after a sleep of the machine what has come meanwhile is read first.
   */
  verdict(now: number): 'ping' | 'give-up' | undefined {
    if (!this.isSuspect(now)) return undefined;
    if (this.#pingedAt === undefined) {
      this.#pingedAt = now;
      return 'ping';
    }
    return now - this.#pingedAt >= this.#deadMs - this.#suspectMs ? 'give-up' : undefined;
  }

  /** How often to ask for a verdict, milliseconds. */
  get checkMs(): number {
    return this.#suspectMs / 3;
  }
}
