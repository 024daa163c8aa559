import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Library } from '../../src/core/library/library.js';
import { startDemo } from '../helpers/demo.js';
import { expectMirrored, Mirror } from './helpers/mirror.js';

describe('createCore against the demo server', () => {
  it('mirrors three chats over two data centres, and has nothing to do the second time', async () => {
    await using demo = await startDemo({ seed: 11, tracks: 4, fileMb: 1 });
    await using mirror = await Mirror.login(demo);
    const chats = (await mirror.core.chats()).filter(({ kind }) => kind === 'channel').slice(0, 3);
    const titles = chats.map(({ id }) => id);
    const summary = await mirror.download(titles);
    const files = expectMirrored(demo, mirror.core.library as Library, titles);
    expect(files.length).toBeGreaterThan(10);
    expect(new Set(files.map(({ dcId }) => dcId))).toEqual(new Set([2, 4]));
    expect(summary.failed).toBe(0);
    const leftovers = readdirSync(mirror.outDir, { recursive: true }).filter((name) =>
      String(name).endsWith('.part'),
    );
    expect(leftovers).toEqual([]);
    const before = demo.report().requests['upload.getFile'];
    const again = await mirror.download(titles);
    expect(again).toMatchObject({ completed: 0, failed: 0, bytes: 0 });
    expect(again.seconds).toBeLessThan(5);
    expect(demo.report().requests['upload.getFile']).toBe(before);
    expect(existsSync(mirror.outDir)).toBe(true);
  });

  it('asks Telegram for a cover when somebody looks at it, and once', async () => {
    await using demo = await startDemo({ seed: 11, tracks: 4, fileMb: 1 });
    await using mirror = await Mirror.login(demo);
    const { core } = mirror;
    const { chat } = await core.resolve('Night Ferry Radio');
    await core.scan({ chat }, ['music']);
    const found = core.library.messages(chat.id, { offset: 0, limit: 50 });
    const offering = found.find(({ thumb }) => thumb !== undefined)!;
    const requests = () => demo.report().requests['upload.getFile'] ?? 0;
    expect(requests()).toBe(0);
    const cover = await core.cover(chat.id, offering.messageId);
    expect(cover).toHaveLength(offering.thumb!.size);
    expect(await core.cover(chat.id, offering.messageId)).toBe(cover);
    expect(requests()).toBe(1);
    expect(await core.cover(chat.id, 2_000_000_000)).toBeUndefined();
    expect(core.status().caches).toContainEqual({
      name: 'covers',
      size: 1,
      capacity: 100,
      hits: 1,
      misses: 1,
    });
    const { steps } = await core.cleanup();
    expect(steps).toContainEqual({ name: 'covers', freed: cover?.byteLength });
  });

  it('gives up the buffers it hashes with when it cleans up', async () => {
    await using demo = await startDemo({ seed: 11, tracks: 2, fileMb: 1 });
    await using mirror = await Mirror.login(demo);
    const { core } = mirror;
    const hashing = () => core.status().pools.find(({ name }) => name === 'hash buffers');
    const chat = (await core.chats()).find(({ kind }) => kind === 'channel')!;
    await mirror.download([chat.id]);
    expect(hashing()).toMatchObject({ inUse: 0, waiting: 0, capacity: 4 });
    expect(hashing()?.idle).toBeGreaterThan(0);
    const { steps } = await core.cleanup();
    expect(hashing()).toMatchObject({ inUse: 0, idle: 0 });
    expect(steps.find(({ name }) => name === 'object pools')?.freed).toBeGreaterThanOrEqual(256 * 1024);
  });

  it('says what each step of a clean-up let go of', async () => {
    await using demo = await startDemo({ seed: 11, tracks: 4, fileMb: 1 });
    await using mirror = await Mirror.login(demo);
    const chat = (await mirror.core.chats()).find(({ kind }) => kind === 'channel')!;
    await mirror.download([chat.id]);
    mirror.core.library.count('a');
    const { steps, before, after } = await mirror.core.cleanup();
    const freed = new Map(steps.map((step) => [step.name, step.freed]));
    expect(freed.get('library caches')).toBeGreaterThan(0);
    expect(freed.get('ended transfers')).toBeGreaterThan(0);
    for (const name of ['telegram caches', 'file lane']) expect([...freed.keys()]).toContain(name);
    expect(steps.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(before.rssBytes).toBeGreaterThan(0);
    expect(after.rssBytes).toBeGreaterThan(0);
    expect(mirror.core.status().transfers).toEqual([]);
  });
});
