/** Child process of connect.test.ts: connects, closes, and says so; the rest is up to the event loop. */
import { createRequire } from 'node:module';
import { createCoreEmitter } from '../../../src/core/events.js';
import { createGateway } from '../../../src/core/telegram/create_gateway.js';

const signal = new AbortController().signal;
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) =>
  path.includes('/telegram/'),
);
const gateway = createGateway({ ...JSON.parse(process.argv[2] ?? ''), events: createCoreEmitter() });
const account = await gateway.connect(signal);
await gateway.laneCredentials(4, signal, true);
await gateway[Symbol.asyncDispose]();
process.stdout.write(`before: ${loaded.length} files of GramJS; ${account.name}; closed\n`);
