import { type FaultRates, Faults } from '../../../src/demo/faults.js';
import {
  type CallContext,
  type RpcAnswer,
  RpcError,
  type RpcService,
} from '../../../src/demo/mtproto/rpc.js';
import { RsaKey } from '../../../src/demo/mtproto/rsa_key.js';
import { MtprotoServer, type MtprotoServerOptions } from '../../../src/demo/mtproto/server.js';
import type { RawClient } from './raw_client.js';
import { int } from './raw_client.js';
import { connected, type HandshakeTwist } from './raw_handshake.js';

const rsaKey = RsaKey.generate();

/** Requests that the test service understands; their numbers belong to no real method. */
export const METHOD = {
  echo: 0x7e570001,
  part: 0x7e570002,
  fail: 0x7e570003,
  crash: 0x7e570004,
  wait: 0x7e570005,
};

/** An API of a few lines: answers with the request itself, with a part of a file, with errors, or when told to. */
export class TestService implements RpcService {
  readonly calls: { context: CallContext; body: Buffer }[] = [];
  readonly forgotten: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #onCall: () => void = () => {};

  call(context: CallContext, body: Buffer): RpcAnswer | Promise<RpcAnswer> {
    this.calls.push({ context, body });
    this.#onCall();
    switch (body.readUInt32LE()) {
      case METHOD.part:
        return [int(0x096a18d5), Buffer.alloc(body.readUInt32LE(4) - 4, 7)];
      case METHOD.fail:
        throw new RpcError(420, 'FLOOD_WAIT_7');
      case METHOD.crash:
        throw new Error('bug in the API');
      case METHOD.wait:
        return new Promise((resolve) => this.#waiting.push(() => resolve(body)));
      default:
        return body;
    }
  }

  keyForgotten(authKeyId: string): void {
    this.forgotten.push(authKeyId);
  }

  /** Answers the oldest call of `wait`. */
  release(): void {
    this.#waiting.shift()!();
  }

  /** Resolves when so many calls have come in all. */
  async called(count: number): Promise<void> {
    while (this.calls.length < count)
      await new Promise<void>((resolve) => {
        this.#onCall = resolve;
      });
  }
}

export interface World extends AsyncDisposable {
  readonly server: MtprotoServer;
  readonly service: TestService;
  readonly logged: readonly string[];
  /** Of the first data centre. */
  readonly port: number;
  readonly ports: readonly number[];
  connect(twist?: HandshakeTwist, dcIndex?: number): Promise<RawClient>;
}

export interface WorldOptions extends Omit<Partial<MtprotoServerOptions>, 'faults' | 'service' | 'rsaKey'> {
  readonly faults?: FaultRates;
}

/** A server with two data centres, 2 and 4, and its test service. */
export async function startWorld({ faults, ...options }: WorldOptions = {}): Promise<World> {
  const service = new TestService();
  const logged: string[] = [];
  const server = new MtprotoServer({
    dcs: [
      { dcId: 2, port: 0 },
      { dcId: 4, port: 0 },
    ],
    service,
    rsaKey,
    log: (line) => logged.push(line),
    ...(faults !== undefined && { faults: new Faults(1, faults) }),
    ...options,
  });
  const { dcs } = await server.listen();
  const ports = dcs.map(({ port }) => port);
  return {
    server,
    service,
    logged,
    port: ports[0]!,
    ports,
    connect: (twist, dcIndex = 0) => connected(ports[dcIndex]!, server.publicKeyPem, twist),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export const echo = (text: string): Buffer => Buffer.concat([int(METHOD.echo), Buffer.from(text.padEnd(12))]);
export const part = (size: number): Buffer => Buffer.concat([int(METHOD.part), int(size)]);
