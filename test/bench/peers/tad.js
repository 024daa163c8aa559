// tad as a whole: session, scan, queue, lane, library; only the screen is missing.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEAP_OF_TAD } from '../../../dist/cli/heap_of_tad.js';
import { createCore } from '../../../dist/core/core.js';
import { boundHeap } from '../../../dist/core/memory/heap_bounds.js';
import { readServerKey } from '../../../dist/core/telegram/server_key.js';
import { job, measure } from './measure.js';

boundHeap(HEAP_OF_TAD);
const { login, directory } = job;
const home = login.dcs.find(({ id }) => id === login.homeDcId);
const sessionFile = join(directory, 'session', 'session.json');
mkdirSync(join(directory, 'session'), { mode: 0o700 });
writeFileSync(
  sessionFile,
  JSON.stringify({
    version: 1,
    server: readServerKey(login.publicKeyPem).fingerprint,
    homeDc: home.id,
    homeHost: login.host,
    homePort: home.port,
    userId: login.userId,
    dcs: Object.fromEntries(login.keys.map(([id, key]) => [id, { key, authorized: true }])),
  }),
  { mode: 0o600 },
);
const outDir = join(directory, 'music');
const core = createCore({
  apiId: 12345,
  apiHash: '0123456789abcdef0123456789abcdef',
  sessionFile,
  server: { host: login.host, port: home.port, dcId: home.id, publicKeyPem: login.publicKeyPem },
  libraryFile: join(directory, 'library.db'),
  outDir,
  lane: 'native',
});
await core.connect();
const { chat } = await core.resolve(`@${login.chat.username}`);
await measure(async () => {
  const targets = job.messages?.map(({ id }) => ({ chat, messageId: id })) ?? [{ chat }];
  await core.download(targets, {
    outDir,
    kinds: ['music'],
    parallel: job.parallel ?? 4,
    dryRun: false,
    ...(job.limit !== undefined && { limit: job.limit }),
  });
  return readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
});
await core[Symbol.asyncDispose]();
