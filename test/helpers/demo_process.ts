import type { DemoServerOptions } from '../../src/demo/options.js';
import { DemoServer } from '../../src/demo/server.js';
import type { Reply, Request } from './demo_messages.js';

/** The child's side of startDemoProcess: a demo server that does what its parent says, and ends with it. */
const options: DemoServerOptions = JSON.parse(process.argv[2] ?? '{}');
const server = await DemoServer.start(options);

function answer({ call }: Request): Reply['value'] {
  switch (call.name) {
    case 'loginReady': {
      const { homeDcId, authKeys } = server.loginReady(BigInt(call.userId));
      return { homeDcId, authKeys: [...authKeys].map(([id, key]) => [id, key.toString('base64')]) };
    }
    case 'post':
      return server.post(server.catalogue.chat(call.kind, BigInt(call.id))!).id;
    case 'report':
      return server.report();
    case 'dropConnections':
      server.dropConnections();
      return null;
  }
}

process.on('message', (request: Request) => {
  process.send?.({ id: request.id, value: answer(request) } satisfies Reply);
});
async function end(): Promise<void> {
  await server.close();
  process.exit();
}

process.on('disconnect', end);
process.on('SIGTERM', end);
process.send?.({ id: 0, value: server.listening } satisfies Reply);
