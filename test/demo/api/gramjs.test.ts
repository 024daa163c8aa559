import { Api, type TelegramClient } from 'telegram';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { DemoServer, ReadyLogin } from '../../../src/demo/server.js';
import { startDemo } from '../../helpers/demo.js';
import { connectGramJs, destroyGramJs } from './gramjs.js';

/** Unmodified GramJS over TCP: the client whose forgiving and unforgiving sides tad has to live with. */

let demo: DemoServer;

beforeAll(async () => {
  demo = await startDemo();
});

afterAll(() => demo.close());

async function connected(login?: ReadyLogin): Promise<TelegramClient> {
  const client = await connectGramJs(demo, login);
  onTestFinished(() => destroyGramJs(client));
  return client;
}

const fail = (error: Error): never => {
  throw error;
};

test('logs in with number, code and two-step password', async () => {
  const client = await connected();
  const { phone, code, password } = demo.accounts[1]!;
  await client.start({
    phoneNumber: async () => phone!,
    phoneCode: async () => code!,
    password: async () => password!,
    onError: fail,
  });
  expect(await client.getMe()).toMatchObject({ firstName: 'Careful', self: true });
});

test('logs in by QR code, told by the update that it was scanned', async () => {
  const client = await connected();
  const account = demo.accounts[0]!;
  const user = await client.signInUserWithQrCode(
    { apiId: 1, apiHash: 'hash' },
    { qrCode: async ({ token }) => demo.acceptLogin(account.id, token), onError: fail },
  );
  expect(user).toMatchObject({ firstName: 'Demo', self: true });
});

test('lists dialogs, reads history, searches, and downloads from both data centres', async () => {
  const account = demo.accounts[0]!;
  const client = await connected(demo.loginReady(account.id));
  const dialogs = await client.getDialogs({});
  expect(dialogs).toHaveLength(demo.catalogue.chats(account.id).length);

  const chat = demo.catalogue.chatByUsername('night_ferry_radio')!;
  const { entity } = dialogs.find(({ title }) => title === chat.title)!;
  const messages: number[] = [];
  for await (const { id } of client.iterMessages(entity, { reverse: true })) messages.push(id);
  const all = chat.ids('all');
  expect(messages).toEqual(Array.from({ length: all.length }, (_, index) => all.at(index)));

  const music = await client.getMessages(entity, { filter: new Api.InputMessagesFilterMusic(), limit: 100 });
  expect(music).toHaveLength(chat.ids('music').length);
  for (const dcId of [2, 4]) {
    const message = music.find(({ id }) => chat.message(id)!.document!.dcId === dcId)!;
    const bytes = await client.downloadMedia(message, {});
    const { document } = chat.message(message.id)!;
    const expected = Buffer.alloc(document!.size);
    document!.read(0, expected.length, expected);
    expect(expected.equals(bytes as Buffer), `data centre ${dcId}`).toBe(true);
  }
});

test('hears of a new message', async () => {
  const client = await connected(demo.loginReady(demo.accounts[2]!.id));
  await client.invoke(new Api.updates.GetState());
  const heard = new Promise<Api.UpdateNewChannelMessage>((resolve) => {
    client.addEventHandler((update: object) => {
      if (update instanceof Api.UpdateNewChannelMessage) resolve(update);
    });
  });
  const posted = demo.post(demo.catalogue.chatByUsername('quiet_wave')!);
  expect((await heard).message.id).toBe(posted.id);
});

test('is told of a revoked login', async () => {
  const account = demo.accounts[2]!;
  const client = await connected(demo.loginReady(account.id));
  expect(await client.getMe()).toMatchObject({ premium: true });
  demo.revokeLogins(account.id);
  const asked = client.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }));
  await expect(asked).rejects.toThrow('SESSION_REVOKED');
});
