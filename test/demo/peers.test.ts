import { createHash, createPublicKey } from 'node:crypto';
import {
  IntermediatePacketCodec,
  type IPacketCodec,
  ObfuscatedPacketCodec,
  PaddedIntermediatePacketCodec,
} from '@mtcute/core';
import { addPublicKey } from '@mtcute/core/utils.js';
import { BaseTelegramClient, MemoryStorage, TcpTransport, TelegramClient } from '@mtcute/node';
import bigInt from 'big-integer';
import Long from 'long';
import { Api, TelegramClient as GramClient, Logger } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { LogLevel } from 'telegram/extensions/Logger.js';
import type { Connection } from 'telegram/network/connection/Connection.js';
import { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import { ConnectionTCPObfuscated } from 'telegram/network/connection/TCPObfuscated.js';
import { StringSession } from 'telegram/sessions/index.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CatalogueChat, CatalogueMessage } from '../../src/demo/catalogue/catalogue.js';
import { DemoServer } from '../../src/demo/server.js';

/** Clients that we did not write, unmodified, against the demo server; mtcute is of another layer than ours. */

const codecs = {
  intermediate: () => new IntermediatePacketCodec(),
  padded: () => new PaddedIntermediatePacketCodec(),
  obfuscated: () => new ObfuscatedPacketCodec(new IntermediatePacketCodec()),
  'obfuscated padded': () => new ObfuscatedPacketCodec(new PaddedIntermediatePacketCodec()),
} satisfies Record<string, () => IPacketCodec>;

// Key exchanges of several clients at once, in JavaScript, take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** For all tests that leave it whole; the same seed gives every server the same world. */
let server: DemoServer;

beforeAll(async () => {
  server = await DemoServer.start();
});

afterAll(() => server.close());

/** @param index of the account */
async function loggedIn(
  to: DemoServer,
  codec: keyof typeof codecs,
  usePfs: boolean,
  index = 0,
): Promise<TelegramClient> {
  const { host, dcs, publicKeyPem } = to.listening;
  const { phone = '', code = '', password = '' } = to.accounts[index]!;
  const home = { id: 2, ipAddress: host, port: dcs.find(({ id }) => id === 2)!.port };
  class Transport extends TcpTransport {
    override packetCodec = codecs[codec] as () => IntermediatePacketCodec;
  }
  const base = new BaseTelegramClient({
    apiId: 1,
    apiHash: 'hash',
    storage: new MemoryStorage(),
    disableUpdates: true,
    logLevel: 0,
    defaultDcs: { main: home, media: home },
    transport: new Transport(),
    network: { usePfs },
  });
  addPublicKey(base.crypto, publicKeyPem);
  const client = new TelegramClient({ client: base });
  await client.start({ phone, code, password, codeSentCallback: () => {} });
  // With PFS, mtcute leaves calls on file connections unsent for ever when the data centre's first key is not made yet.
  await client.call({ _: 'help.getNearestDc' }, { dcId: 4 });
  return client;
}

interface Choice {
  readonly chat: CatalogueChat;
  readonly message: CatalogueMessage;
}

/** A music message whose file lies on this data centre and has a size in this range. */
function choose(dcId: number, min: number, max: number): Choice {
  for (const chat of server.catalogue.chats(server.accounts[0]!.id)) {
    if (chat.kind !== 'channel' || chat.forbidden) continue;
    const ids = chat.ids('music');
    for (let i = 0; i < ids.length; i++) {
      const message = chat.message(ids.at(i));
      const file = message?.document;
      if (message && file?.dcId === dcId && file.size >= min && file.size <= max) return { chat, message };
    }
  }
  throw new Error('no such file');
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function expectedHash({ message }: Choice): string {
  const { document } = message;
  const bytes = Buffer.alloc(document!.size);
  document!.read(0, bytes.length, bytes);
  return sha256(bytes);
}

async function mediaOf(client: TelegramClient, { chat, message }: Choice) {
  const peer = {
    _: 'inputPeerChannel',
    channelId: Number(chat.id),
    accessHash: Long.fromString(String(chat.accessHash)),
  } as const;
  const [found] = await client.getMessages(peer, message.id);
  if (found?.media?.type !== 'audio') throw new Error(`message ${message.id} has no audio`);
  expect(found.media.fileSize).toBe(message.document!.size);
  return found.media;
}

test.concurrent.each([
  ['intermediate', false, 0],
  ['intermediate', true, 0],
  ['padded', true, 0],
  ['obfuscated', false, 0],
  ['obfuscated', true, 0],
  ['obfuscated padded', false, 1],
] as const)(
  'mtcute over %s, PFS %s, account %i: logs in, and downloads byte for byte from both data centres',
  async (codec, usePfs, index) => {
    const client = await loggedIn(server, codec, usePfs, index);
    try {
      expect((await client.getMe()).id).toBe(Number(server.accounts[index]!.id));
      for (const dcId of [2, 4]) {
        const choice = choose(dcId, 300_000, 1_500_000);
        const bytes = await client.downloadAsBuffer(await mediaOf(client, choice));
        expect(sha256(bytes), `data centre ${dcId}`).toBe(expectedHash(choice));
      }
    } finally {
      await client.destroy();
    }
  },
);

test.concurrent.each([false, true])(
  'mtcute goes on after all connections were dropped in mid-file, PFS %s',
  async (usePfs) => {
    await using own = await DemoServer.start();
    const client = await loggedIn(own, 'intermediate', usePfs);
    try {
      for (const dcId of [2, 4]) {
        const choice = choose(dcId, 1_500_000, 6_000_000);
        const media = await mediaOf(client, choice);
        const connections = own.report().traffic.connectionsTotal;
        let drops = 0;
        const progressCallback = (done: number): void => {
          if (drops > 0 || done < choice.message.document!.size / 3) return;
          drops++;
          own.dropConnections();
        };
        const bytes = await client.downloadAsBuffer(media, { progressCallback });
        expect(drops).toBe(1);
        expect(own.report().traffic.connectionsTotal).toBeGreaterThan(connections);
        expect(sha256(bytes), `data centre ${dcId}`).toBe(expectedHash(choice));
      }
    } finally {
      await client.destroy();
    }
  },
);

test.each<[string, typeof Connection]>([
  ['full', ConnectionTCPFull],
  ['obfuscated abridged', ConnectionTCPObfuscated],
])('GramJS over %s: agrees on a key, calls and pings', async (_, Base) => {
  const { host, dcs, publicKeyPem } = server.listening;
  trustInGramJs(publicKeyPem);
  class Local extends Base {
    constructor(options: ConstructorParameters<typeof Base>[0]) {
      super({ ...options, ip: host, port: dcs[0]!.port });
    }
  }
  const session = new StringSession('');
  session.setDC(2, host, 80);
  const client = new GramClient(session, 1, 'hash', {
    connection: Local,
    baseLogger: new Logger(LogLevel.NONE),
  });
  try {
    expect(await client.connect()).toBe(true);
    const config = await client.invoke(new Api.help.GetConfig());
    expect(config.dcOptions.map(({ id, port }) => ({ id, port }))).toEqual(dcs);
    const pingId = bigInt(7);
    const pong = await client.invoke(new Api.PingDelayDisconnect({ pingId, disconnectDelay: 60 }));
    expect(pong.pingId.equals(pingId)).toBe(true);
  } finally {
    await client.destroy();
  }
});

function trustInGramJs(publicKeyPem: string): void {
  const { n = '' } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  const modulus = Buffer.from(n, 'base64url');
  const text = Buffer.concat([Buffer.of(0xfe, 0, 1, 0), modulus, Buffer.of(3, 1, 0, 1)]);
  const fingerprint = createHash('sha1').update(text).digest().readBigInt64LE(12);
  _serverKeys.set(String(fingerprint), { n: bigInt(modulus.toString('hex'), 16), e: 65537 });
}
