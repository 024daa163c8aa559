import { createHash, createPublicKey } from 'node:crypto';
import { TelegramClient } from 'telegram';
import { AuthKey } from 'telegram/crypto/AuthKey.js';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { Logger, LogLevel } from 'telegram/extensions/Logger.js';
import { readBigIntFromBuffer } from 'telegram/Helpers.js';
import { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import { StringSession } from 'telegram/sessions/index.js';
import { serializeBytes } from 'telegram/tl/generationHelpers.js';
import type { DemoListening, ReadyLogin } from '../../../src/demo/server.js';

/** Makes GramJS trust the server. Its table of keys belongs to the whole process. */
function trust(publicKeyPem: string): void {
  const { n = '', e = '' } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  const hash = createHash('sha1').update(serializeBytes(modulus)).update(serializeBytes(exponent)).digest();
  _serverKeys.set(String(hash.readBigInt64LE(12)), {
    n: readBigIntFromBuffer(modulus, false),
    e: exponent.readUIntBE(0, exponent.length),
  });
}

/** GramJS as it is published, connected to the demo server; it knows no ports, so its connection class is told. */
export async function connectGramJs(
  server: { readonly listening: DemoListening },
  login?: ReadyLogin,
): Promise<TelegramClient> {
  const { host, dcs, publicKeyPem } = server.listening;
  trust(publicKeyPem);
  class Local extends ConnectionTCPFull {
    constructor(options: ConstructorParameters<typeof ConnectionTCPFull>[0]) {
      super({ ...options, ip: host, port: dcs.find(({ id }) => id === options.dcId)!.port });
    }
  }
  const session = new StringSession('');
  session.setDC(2, host, 80);
  if (login) {
    const key = new AuthKey();
    await key.setKey(login.authKeys.get(2)!);
    session.setAuthKey(key, 2);
  }
  const client = new TelegramClient(session, 1, 'hash', {
    connection: Local,
    connectionRetries: 2,
    baseLogger: new Logger(LogLevel.NONE),
  });
  client.onError = async () => {};
  await client.connect();
  return client;
}

/** Ends the client, and the senders to other data centres that its own destroy() forgets. */
export async function destroyGramJs(client: TelegramClient): Promise<void> {
  await client.destroy();
  for (const sender of client._exportedSenderPromises.values()) await (await sender).disconnect();
}
