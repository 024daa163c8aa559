import { Random } from './random.js';

/** Everything that can be made to go wrong; `tad demo-server --fault NAME=RATE`. */
export const FAULT_NAMES = [
  'disconnect', // close the TCP connection instead of answering
  'reset', // send a part's first half, then reset the connection
  'silence', // never answer this request
  'flood', // FLOOD_WAIT_n
  'flood-premium', // FLOOD_PREMIUM_WAIT_n
  'file-reference', // all references to the file given out so far are FILE_REFERENCE_EXPIRED
  'migrate', // the file moves to the other data centre, once: FILE_MIGRATE_n here from then on
  'rpc-fail', // RPC_CALL_FAIL and other 500s
  'timeout', // -503 Timeout
  'bad-salt', // bad_server_salt with a fresh salt
  'truncate', // an upload.getFile answer with fewer bytes than it should have
  'corrupt', // an encrypted packet with one bit flipped
  'revoke', // the key is forgotten: -404 and AUTH_KEY_UNREGISTERED from then on
  'slow-start', // the first answers of a connection come late
  'login-flood', // FLOOD_WAIT_n where a login code is asked for
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

export type FaultRates = Readonly<Partial<Record<FaultName, number>>>;

/** Decides from the seed which requests fail, and counts them. Each fault draws from a sequence of its own. */
export class Faults {
  readonly #rates: Partial<Record<FaultName, number>>;
  readonly #sequences = new Map<FaultName, Random>();
  readonly #counts = new Map<FaultName, number>();

  /** @param rates probability per opportunity, 0 to 1 */
  constructor(seed: number, rates: FaultRates) {
    this.#rates = { ...rates };
    for (const [index, name] of FAULT_NAMES.entries())
      this.#sequences.set(name, new Random(seed, 0xfa17, index));
  }

  /** From now on; the sequence goes on where it was. */
  setRate(name: FaultName, rate: number): void {
    this.#rates[name] = rate;
  }

  /** Whether this fault strikes now. Always false, and draws nothing, at rate 0. */
  strikes(name: FaultName): boolean {
    const rate = this.#rates[name] ?? 0;
    if (rate === 0 || this.#sequences.get(name)!.float() >= rate) return false;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return true;
  }

  /** How often each fault struck so far. */
  counts(): Readonly<Partial<Record<FaultName, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
