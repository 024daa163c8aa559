// The demo server in a process of its own; answers its parent's questions and ends with it.
import { createHash } from 'node:crypto';
import { DemoServer } from '../../../dist/demo/server.js';

const server = await DemoServer.start(JSON.parse(process.argv[2]));
const account = server.accounts[0].id;
const chat = server.catalogue.chats(account).find(({ folder, pinned }) => folder === 'Music' && pinned);

function sha256(document) {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  for (let offset = 0; offset < document.size; offset += piece.length) {
    const length = Math.min(piece.length, document.size - offset);
    document.read(offset, length, piece);
    hash.update(piece.subarray(0, length));
  }
  return hash.digest('hex');
}

/** The chat's newest music messages whose files lie on the account's home data centre. */
function newest(count) {
  const ids = chat.ids('music');
  const messages = [];
  for (let i = ids.length - 1; i >= 0 && messages.length < count; i--) {
    const { id, document } = chat.message(ids.at(i));
    if (document.dcId === 2) messages.push({ id, document });
  }
  return messages;
}

const answers = {
  login() {
    const { homeDcId, authKeys, userId } = server.loginReady(account);
    const { host, dcs, publicKeyPem } = server.listening;
    return {
      host,
      dcs,
      publicKeyPem,
      homeDcId,
      userId: String(userId),
      keys: [...authKeys].map(([id, key]) => [id, key.toString('base64')]),
      chat: { id: String(chat.id), accessHash: String(chat.accessHash), username: chat.username },
    };
  },
  messages: (count) =>
    newest(count).map(({ id, document }) => ({
      id,
      documentId: String(document.id),
      size: document.size,
      sha256: sha256(document),
    })),
  hashes(count) {
    const ids = chat.ids('music');
    return Array.from({ length: count }, (_, i) => sha256(chat.message(ids.at(ids.length - 1 - i)).document));
  },
  usage: () => ({ cpu: process.cpuUsage(), requests: server.report().requests }),
};

process.on('message', ({ id, name, argument }) => process.send({ id, value: answers[name](argument) }));
process.on('disconnect', async () => {
  await server.close();
  process.exit();
});
process.send({ id: 0 });
