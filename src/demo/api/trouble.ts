import type { Faults } from '../faults.js';
import { RpcError } from '../mtproto/rpc.js';
import { Random } from '../random.js';

export interface TroubleOptions {
  readonly seed: number;
  /** Shortest and longest flood wait, whole seconds. */
  readonly floodSeconds: readonly [number, number];
  /** A call this soon after a flood error was under way before its sender could know; milliseconds. */
  readonly graceMs: number;
  readonly clock: () => number;
}

interface Wait {
  readonly prefix: string;
  readonly since: number;
  readonly until: number;
}

/** Errors of the 5xx kind that Telegram answers in bad hours (https://core.telegram.org/api/errors#500-internal). */
const INTERNAL_ERRORS = [
  'RPC_CALL_FAIL',
  'RPC_MCGET_FAIL',
  'WORKER_BUSY_TOO_LONG_RETRY',
  'INTERDC_2_CALL_ERROR',
];

/**
 * The faults that are answers: flood waits, internal errors and time-outs. A flood wait holds: until it is over each
 * call of the same user (or phone number, while nobody is logged in) and method gets the seconds that remain, and is
 * counted as ignoring it.
 */
export class Trouble {
  readonly #faults: Faults;
  readonly #options: TroubleOptions;
  readonly #random: Random;
  readonly #waits = new Map<string, Wait>();
  #ignoredFloods = 0;

  constructor(faults: Faults, options: TroubleOptions) {
    this.#faults = faults;
    this.#options = options;
    this.#random = new Random(options.seed, 0x7b1e);
  }

  /** Calls that came although their sender had been told to wait. */
  get ignoredFloods(): number {
    return this.#ignoredFloods;
  }

  /** @throws RpcError when this call is one of those that go wrong */
  meet(userId: bigint, method: string): void {
    this.#honourWait(userId, method);
    if (this.#faults.strikes('flood')) this.#flood('FLOOD_WAIT', userId, method);
    if (method === 'upload.getFile' && this.#faults.strikes('flood-premium')) {
      this.#flood('FLOOD_PREMIUM_WAIT', userId, method);
    }
    if (this.#faults.strikes('rpc-fail')) throw new RpcError(500, this.#random.pick(INTERNAL_ERRORS));
    if (this.#faults.strikes('timeout')) throw new RpcError(-503, 'Timeout');
  }

  /** A login code is asked for. @throws RpcError when there is to be a wait first */
  meetLogin(phone: string): void {
    const method = 'auth.sendCode';
    this.#honourWait(phone, method);
    if (this.#faults.strikes('login-flood')) this.#flood('FLOOD_WAIT', phone, method);
  }

  #honourWait(who: bigint | string, method: string): void {
    const key = `${who}:${method}`;
    const wait = this.#waits.get(key);
    if (!wait) return;
    const now = this.#options.clock();
    if (now >= wait.until) {
      this.#waits.delete(key);
      return;
    }
    if (now - wait.since > this.#options.graceMs) this.#ignoredFloods++;
    throw new RpcError(420, `${wait.prefix}_${Math.ceil((wait.until - now) / 1000)}`);
  }

  #flood(prefix: string, who: bigint | string, method: string): never {
    const seconds = this.#random.int(...this.#options.floodSeconds);
    const since = this.#options.clock();
    this.#waits.set(`${who}:${method}`, { prefix, since, until: since + seconds * 1000 });
    throw new RpcError(420, `${prefix}_${seconds}`);
  }
}
