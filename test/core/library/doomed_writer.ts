// A child process that works like a download run and never ends by itself: crash.test.ts kills it.
import { openLibrary } from '../../../src/core/library/library.js';
import { chat, message, PART, sha256Of } from './rows.js';

const OUT = '/music';

const [file, mode] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: doomed_writer FILE [die-in-transaction]');

const library = openLibrary({ file });
library.saveChats([chat()]);
for (let n = 1; ; n += 1) {
  const one = message(n);
  const { documentId, size } = one.location;
  const ids = { documentId, chatId: one.chatId, messageId: n };
  library.saveMessages([one]);
  library.queue.add([one], OUT);
  library.beginTransfer({ ...ids, path: `/music/${n}.mp3`, partPath: `/music/${n}.mp3.part`, size });
  library.inTransaction(() => {
    for (const i of [0, 1, 2]) library.recordPart(documentId, { ...PART, offset: i * PART.length });
  });
  library.inTransaction(() => {
    library.completeTransfer({ ...ids, path: `/music/${n}.mp3`, bytes: size, sha256: sha256Of(n) });
    if (mode === 'die-in-transaction' && n === 50) process.kill(process.pid, 'SIGKILL');
  });
  process.stdout.write(`${n}\n`);
}
