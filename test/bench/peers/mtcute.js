// mtcute: downloadToFile, with its own settings or the best ones known (job.connections, job.partSize, job.atOnce).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addPublicKey } from '@mtcute/core/utils.js';
import { BaseTelegramClient, MemoryStorage, SearchFilters, TelegramClient } from '@mtcute/node';
import Long from 'long';
import { job, measure } from './measure.js';

const { login, directory } = job;
const home = login.dcs.find(({ id }) => id === login.homeDcId);
const dc = { id: home.id, ipAddress: login.host, port: home.port };
const base = new BaseTelegramClient({
  apiId: 12345,
  apiHash: 'hash',
  storage: new MemoryStorage(),
  disableUpdates: true,
  logLevel: 0,
  defaultDcs: { main: dc, media: dc },
  ...(job.connections !== undefined && { network: { connectionCount: () => job.connections } }),
});
addPublicKey(base.crypto, login.publicKeyPem);
await base.prepare();
for (const [id, key] of login.keys) base.mt.storage.provider.authKeys.set(id, Buffer.from(key, 'base64'));
const client = new TelegramClient({ client: base });
await client.connect();
const peer = {
  _: 'inputPeerChannel',
  channelId: Number(login.chat.id),
  accessHash: Long.fromString(login.chat.accessHash),
};
mkdirSync(join(directory, 'music'));
const files = [];

async function fetch({ id, media }) {
  const path = join(directory, 'music', `${id}.bin`);
  await client.downloadToFile(path, media, job.partSize === undefined ? {} : { partSize: job.partSize });
  files.push(path);
}

async function* wanted() {
  if (job.messages) {
    yield* await client.getMessages(
      peer,
      job.messages.map(({ id }) => id),
    );
  } else {
    yield* client.iterSearchMessages({ chatId: peer, filter: SearchFilters.Audio, limit: job.limit });
  }
}

await measure(async () => {
  const running = new Set();
  for await (const message of wanted()) {
    const task = fetch(message).finally(() => running.delete(task));
    running.add(task);
    if (running.size >= (job.atOnce ?? 1)) await Promise.race(running);
  }
  await Promise.all(running);
  return files;
});
await client.destroy();
process.exit();
