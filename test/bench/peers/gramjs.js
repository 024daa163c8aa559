// Stock GramJS: downloadMedia to a file, one message after the other, as its documentation shows.
import { createPublicKey } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import bigInt from 'big-integer';
import { Api, Logger, TelegramClient } from 'telegram';
import { AuthKey } from 'telegram/crypto/AuthKey.js';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { LogLevel } from 'telegram/extensions/Logger.js';
import { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import { StringSession } from 'telegram/sessions/index.js';
import { readServerKey } from '../../../dist/core/telegram/server_key.js';
import { job, measure } from './measure.js';

const { login, directory } = job;
const { n, e } = createPublicKey(login.publicKeyPem).export({ format: 'jwk' });
_serverKeys.set(readServerKey(login.publicKeyPem).fingerprint, {
  n: bigInt(Buffer.from(n, 'base64url').toString('hex'), 16),
  e: Buffer.from(e, 'base64url').readUIntBE(0, Buffer.from(e, 'base64url').length),
});
const home = login.dcs.find(({ id }) => id === login.homeDcId);
/** GramJS knows no ports but Telegram's own: its connection class is told where the server listens. */
class Local extends ConnectionTCPFull {
  constructor(options) {
    super({ ...options, ip: login.host, port: login.dcs.find(({ id }) => id === options.dcId).port });
  }
}
const session = new StringSession('');
const key = new AuthKey();
await key.setKey(Buffer.from(new Map(login.keys).get(home.id), 'base64'));
session.setDC(home.id, login.host, 80);
session.setAuthKey(key);
const client = new TelegramClient(session, 12345, 'hash', {
  connection: Local,
  baseLogger: new Logger(LogLevel.NONE),
});
await client.connect();
const peer = new Api.InputPeerChannel({
  channelId: bigInt(login.chat.id),
  accessHash: bigInt(login.chat.accessHash),
});
mkdirSync(join(directory, 'music'));
await measure(async () => {
  const files = [];
  const wanted = job.messages
    ? { ids: job.messages.map(({ id }) => id) }
    : { filter: new Api.InputMessagesFilterMusic(), limit: job.limit };
  for await (const message of client.iterMessages(peer, wanted)) {
    const path = join(directory, 'music', `${message.media.document.id}.bin`);
    await client.downloadMedia(message, { outputFile: path });
    files.push(path);
  }
  return files;
});
await client.destroy();
process.exit();
