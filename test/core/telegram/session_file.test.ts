import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/core/telegram/session.js';
import { SessionFile } from '../../../src/core/telegram/session_file.js';
import { tempDir } from './support.js';

const START = { id: 2, host: '127.0.0.1', port: 4000 };
const mode = async (path: string) => (await stat(path)).mode & 0o777;

async function fileIn(directory: string, warnings: string[] = []) {
  const file = new SessionFile(join(directory, 'home', 'session.json'), (text) => warnings.push(text));
  await file.prepareDirectory();
  return file;
}

describe('SessionFile', () => {
  it('makes a directory and a file that only their owner may enter, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      const file = await fileIn(await tempDir());
      await file.write('secret');
      expect(await mode(join(file.path, '..'))).toBe(0o700);
      expect(await mode(file.path)).toBe(0o600);
      expect(await file.read()).toBe('secret');
    } finally {
      process.umask(umask);
    }
  });

  it('takes the access of others away, and says so', async () => {
    const warnings: string[] = [];
    const directory = await tempDir();
    await mkdir(join(directory, 'home'), { mode: 0o755 });
    const file = await fileIn(directory, warnings);
    await writeFile(file.path, 'secret', { mode: 0o644 });
    await chmod(file.path, 0o644);
    expect(await file.read()).toBe('secret');
    expect(await mode(file.path)).toBe(0o600);
    expect(await mode(join(file.path, '..'))).toBe(0o700);
    expect(warnings).toEqual([expect.stringContaining('others could read')]);
  });

  it('replaces the content as a whole and leaves nothing beside it', async () => {
    const file = await fileIn(await tempDir());
    for (const content of ['one', 'two', 'three']) await file.write(content);
    expect(await readFile(file.path, 'utf8')).toBe('three');
    expect(await readdir(join(file.path, '..'))).toEqual(['session.json']);
  });

  it('has no content where there is no file, and deletes without complaint', async () => {
    const file = await fileIn(await tempDir());
    expect(await file.read()).toBeUndefined();
    await file.delete();
  });

  it('does not follow a link that somebody planted', async () => {
    const file = await fileIn(await tempDir());
    await writeFile(`${file.path}.elsewhere`, 'x');
    await symlink(`${file.path}.elsewhere`, file.path);
    await expect(file.read()).rejects.toMatchObject({ code: 'not-writable' });
  });

  it('says when the directory cannot be written', async () => {
    const directory = await tempDir();
    await writeFile(join(directory, 'home'), 'a file where the directory should be');
    const file = new SessionFile(join(directory, 'home', 'session.json'), () => {});
    await expect(file.prepareDirectory()).rejects.toMatchObject({ code: 'not-writable', exitCode: 4 });
    await expect(file.write('x')).rejects.toMatchObject({ code: 'not-writable' });
  });
});

describe('Session', () => {
  const KEY = Buffer.alloc(256, 7);

  it('keeps the keys of all data centres, and who is logged in', async () => {
    const file = await fileIn(await tempDir());
    const session = await Session.load(file, 'server', START);
    expect(session).toMatchObject({ userId: undefined, home: START });
    session.setKey(2, KEY, true);
    session.setKey(4, Buffer.alloc(256, 9), false);
    session.setUser('42');
    session.moveHome({ id: 4, host: '127.0.0.1', port: 4001 });
    await Promise.all([session.save(), session.save()]);

    const again = await Session.load(file, 'server', START);
    expect(again).toMatchObject({ userId: '42', home: { id: 4, host: '127.0.0.1', port: 4001 } });
    expect(again.key(2)).toEqual(KEY);
    expect([again.isAuthorized(2), again.isAuthorized(4), again.isAuthorized(5)]).toEqual([
      true,
      false,
      false,
    ]);
    again.dropKey(4);
    expect(again.key(4)).toBeUndefined();
  });

  it('never shows the keys of one server to another', async () => {
    const file = await fileIn(await tempDir());
    const session = await Session.load(file, 'server', START);
    session.setKey(2, KEY, true);
    session.setUser('42');
    await session.save();
    const other = await Session.load(file, 'telegram', START);
    expect(other).toMatchObject({ userId: undefined });
    expect(other.key(2)).toBeUndefined();
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"version":2}',
    '{"version":1,"server":"server","homeDc":2,"homeHost":"x","homePort":1,"dcs":{"2":{"key":"AAAA","authorized":true}}}',
    '{"version":1,"server":"server","homeDc":2,"homeHost":"x","homePort":1,"dcs":{"x":1}}',
  ])('begins anew where the file holds %j', async (content) => {
    const file = await fileIn(await tempDir());
    await file.write(content);
    expect(await Session.load(file, 'server', START)).toMatchObject({ userId: undefined, home: START });
  });
});
