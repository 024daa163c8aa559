import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { parseProxy } from '../../../src/core/telegram/proxy.js';
import { startDemo } from '../../helpers/demo.js';
import { NEVER, readyGateway } from './support.js';

it('reads proxy addresses', () => {
  expect(parseProxy('socks5://127.0.0.1:9050', 5)).toEqual({
    ip: '127.0.0.1',
    port: 9050,
    socksType: 5,
    timeout: 5,
  });
  expect(parseProxy('socks5://u%40x:p%3Aw@proxy.example', 5)).toMatchObject({
    ip: 'proxy.example',
    port: 1080,
    username: 'u@x',
    password: 'p:w',
  });
  expect(parseProxy('socks5://[::1]:9050', 5)).toMatchObject({ ip: '::1' });
  expect(() => parseProxy('socks5://user:secret@', 5)).toThrowError(
    expect.objectContaining({ code: 'usage' }),
  );
  expect(() => parseProxy('http://user:secret@host:1', 5)).toThrowError(/^not a proxy: http:\/\/…@host:1$/);
});

it('reaches the server through a SOCKS5 proxy', async () => {
  await using demo = await startDemo();
  const proxy = await startProxy(['user', 'secret']);
  const gateway = await readyGateway(demo, { proxy: `socks5://user:secret@127.0.0.1:${proxy.port}` });
  await gateway.connect(NEVER);
  await gateway.laneCredentials(4, NEVER, true);
  expect(proxy.destinations).toEqual(demo.listening.dcs.map(({ port }) => `127.0.0.1:${port}`));
});

it('says that it is the proxy that does not let us through', async () => {
  await using demo = await startDemo();
  const proxy = await startProxy(['user', 'secret']);
  const gateway = await readyGateway(demo, { proxy: `socks5://user:wrong@127.0.0.1:${proxy.port}` });
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({
    code: 'unreachable',
    exitCode: 5,
    message: expect.stringContaining('proxy'),
  });
});

/** RFC 1928 and 1929, as far as one client needs them. */
async function startProxy(credentials: readonly [string, string]) {
  const destinations: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const read = async () => ((await once(socket, 'data')) as [Buffer])[0];
    await read();
    socket.write(Buffer.from([5, 2]));
    const login = await read();
    const name = login.subarray(2, 2 + login[1]!).toString();
    const password = login.subarray(3 + login[1]!).toString();
    const welcome = name === credentials[0] && password === credentials[1];
    socket.write(Buffer.from([1, welcome ? 0 : 1]));
    if (!welcome) {
      socket.end();
      return;
    }
    const request = await read();
    const host = request.subarray(4, 8).join('.');
    const port = request.readUInt16BE(8);
    destinations.push(`${host}:${port}`);
    const target = connect(port, host);
    sockets.add(target);
    target.on('error', () => {});
    await once(target, 'connect');
    socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
    socket.pipe(target);
    target.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { destinations, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
