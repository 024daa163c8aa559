import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RsaKey } from '../../../src/demo/mtproto/rsa_key.js';
import { bindRequest } from './raw_handshake.js';
import { echo, startWorld } from './world.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mtproto-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('keys, bound ones too, are good after a restart on the same port', async () => {
  const keyFile = join(folder, 'keys.json');
  const first = await startWorld({ keyFile });
  const permanent = await first.connect();
  const temporary = await first.connect({ expiresIn: 3600 });
  const id = temporary.nextId();
  temporary.send(bindRequest(temporary, permanent.key!, id), true, { id });
  await temporary.result(id);
  await temporary.call(echo('before'));
  await first.server.close();
  await temporary.closed;
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);

  await using second = await startWorld({ keyFile, dcs: [{ dcId: 2, port: first.port }] });
  for (const old of [permanent, temporary]) {
    const client = await old.reconnect(second.port);
    expect(await client.call(echo('after'))).toEqual(echo('after'));
  }
  const ids = [...first.service.calls, ...second.service.calls].map(({ context }) => context.authKeyId);
  expect(new Set(ids).size).toBe(1);
});

test('a forgotten key stays forgotten', async () => {
  const keyFile = join(folder, 'keys.json');
  const first = await startWorld({ keyFile });
  const client = await first.connect();
  await client.call(echo('x'));
  first.server.forgetKey(first.service.calls[0]!.context.authKeyId);
  await first.server.close();
  await using second = await startWorld({ keyFile });
  expect(second.server.stats().keys).toBe(0);
});

test('without a file nothing is kept', async () => {
  const first = await startWorld();
  const client = await first.connect();
  await first.server.close();
  await using second = await startWorld();
  const again = await client.reconnect(second.port);
  again.send(echo('x'));
  expect(await again.transportError()).toBe(-404);
});

test.each(['{', '{"keys":[{"dcId":2,"key":"AAAA","firstSalt":"1","createdAt":1}]}', '[]'])(
  'a damaged key file is an error, not an empty one: %s',
  async (content) => {
    const keyFile = join(folder, 'keys.json');
    writeFileSync(keyFile, content);
    await expect(startWorld({ keyFile })).rejects.toThrow();
  },
);

test('the RSA key is made once, saved for its owner only, and loaded again', () => {
  const path = join(folder, 'server.pem');
  const made = RsaKey.loadOrCreate(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const loaded = RsaKey.loadOrCreate(path);
  expect(loaded.fingerprint).toBe(made.fingerprint);
  expect(loaded.publicKeyPem).toBe(made.publicKeyPem);
  expect(made.publicKeyPem).toMatch(/^-----BEGIN RSA PUBLIC KEY-----/);
  writeFileSync(join(folder, 'bad.pem'), 'no key');
  expect(() => RsaKey.loadOrCreate(join(folder, 'bad.pem'))).toThrow();
});
