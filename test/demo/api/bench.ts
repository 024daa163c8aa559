import type { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/index.js';
import { readBigIntFromBuffer } from 'telegram/Helpers.js';
import { expect } from 'vitest';
import { createWorld } from '../../../src/demo/api/create_world.js';
import { TelegramApi } from '../../../src/demo/api/service.js';
import type { LogEntry, World } from '../../../src/demo/api/world.js';
import type { CatalogueUser } from '../../../src/demo/catalogue/catalogue.js';
import { createCatalogue } from '../../../src/demo/catalogue/create.js';
import { type FaultRates, Faults } from '../../../src/demo/faults.js';
import type { CallContext } from '../../../src/demo/mtproto/rpc.js';

export interface BenchOptions {
  readonly faults?: FaultRates;
  readonly floodSeconds?: readonly [number, number];
  readonly referenceLifetimeSeconds?: number;
}

interface Pushed {
  readonly authKeyId: string;
  readonly updates: Buffer;
}

const DATA_CENTRES = [
  { id: 2, host: '127.0.0.1', port: 1002 },
  { id: 4, host: '127.0.0.1', port: 1004 },
];

/** The API without sockets. Requests are written and answers read by GramJS, whose codec shares nothing with ours. */
export class Bench {
  readonly catalogue = createCatalogue({ seed: 7, chats: 3, tracks: 10, fileMb: 0 });
  readonly faults: Faults;
  readonly world: World;
  readonly api: TelegramApi;
  readonly pushed: Pushed[] = [];
  readonly log: LogEntry[] = [];
  /** The server's clock, milliseconds. */
  now = 1_780_000_000_000;

  constructor(options: BenchOptions = {}) {
    this.faults = new Faults(7, options.faults ?? {});
    this.world = createWorld({
      catalogue: this.catalogue,
      faults: this.faults,
      pusher: { push: (authKeyId, updates) => this.pushed.push({ authKeyId, updates }) },
      dataCentres: () => DATA_CENTRES,
      clock: () => this.now,
      log: (entry) => this.log.push(entry),
      floodSeconds: options.floodSeconds ?? [1, 2],
      referenceLifetimeSeconds: options.referenceLifetimeSeconds ?? Number.POSITIVE_INFINITY,
      latencyMs: 0,
    });
    this.api = new TelegramApi(this.world);
  }

  /** A client with a key of its own that nobody has logged in with. */
  stranger(authKeyId: string, dcId = 2): Caller {
    return new Caller(this, { dcId, authKeyId, sessionId: '01', layer: 198, wantsUpdates: true });
  }

  /** A client that is logged in. */
  caller(user: CatalogueUser = this.account(0), authKeyId = `key of ${user.id}`, dcId = 2): Caller {
    const caller = this.stranger(authKeyId, dcId);
    this.world.logins.begin(caller.context, 198, user.id, this.now);
    return caller;
  }

  account(index: number): CatalogueUser {
    return this.catalogue.users[index]!;
  }
}

/** What GramJS's request classes have in common. */
interface Request<Answer> {
  getBytes(): Buffer;
  readonly __response: Answer;
}

export class Caller {
  constructor(
    readonly bench: Bench,
    readonly context: CallContext,
  ) {}

  async invoke<Answer>(request: Request<Answer>): Promise<Answer> {
    const answer = await this.raw(request.getBytes());
    const reader = new BinaryReader(answer);
    if (!readsResults(request)) throw new Error('GramJS has changed');
    const result = request.readResult(reader);
    if (reader.tellPosition() !== answer.length) throw new Error('the answer has bytes left over');
    return result as Answer;
  }

  /** TL bytes in, TL bytes out. */
  async raw(body: Buffer, context: CallContext = this.context): Promise<Buffer> {
    const answer = await this.bench.api.call(context, body);
    return Buffer.isBuffer(answer) ? answer : Buffer.concat(answer);
  }
}

function readsResults(request: object): request is { readResult(reader: BinaryReader): unknown } {
  return 'readResult' in request && typeof request.readResult === 'function';
}

/** The value, which must be of that class. */
export function as<T>(value: unknown, type: abstract new (...args: never[]) => T): T {
  if (!(value instanceof type)) throw new TypeError(`not a ${type.name}`);
  return value;
}

export const rpcError = (code: number, errorMessage: string) =>
  expect.objectContaining({ code, errorMessage });

export function long(value: bigint): Api.long {
  return readBigIntFromBuffer(
    Buffer.from(BigInt.asUintN(64, value).toString(16).padStart(16, '0'), 'hex'),
    false,
    true,
  );
}
