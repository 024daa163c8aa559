import type { DemoServerOptions } from '../../src/demo/options.js';
import { DemoServer } from '../../src/demo/server.js';

/** A small world: three music channels of ten tracks besides the fixed cast. */
const SMALL: DemoServerOptions = { seed: 7, chats: 3, tracks: 10 };

/** A demo server in this process on free ports: `await using demo = await startDemo({ … })`. */
export function startDemo(options: DemoServerOptions = {}): Promise<DemoServer> {
  return DemoServer.start({ ...SMALL, ...options });
}
