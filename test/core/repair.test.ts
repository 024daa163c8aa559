import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type * as CoreModule from '../../src/core/core.js';
import type { AudioKind } from '../../src/core/types.js';
import { startDemo } from '../helpers/demo.js';
import { addressOf, coreOptions, prompts } from './helpers/mirror.js';

// The native lane's thread is a file that node runs: the built one.
const built = new URL('../../dist/core/core.js', import.meta.url);
const { createCore } = (await import(built.href)) as typeof CoreModule;

const KINDS: readonly AudioKind[] = ['music', 'voice', 'document'];

it.each(['native', 'gramjs'] as const)(
  'mends a damaged file over the %s lane, in its place, and fetches no more than it must',
  async (lane) => {
    await using demo = await startDemo({ seed: 11, chats: 1, tracks: 1, fileMb: 4 });
    const home = mkdtempSync(join(tmpdir(), 'tad-repair-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const address = addressOf(demo);
    const options = coreOptions(home, address);
    await using core = createCore({ ...options, lane });
    await core.login(prompts(address));
    const { chat } = await core.resolve('night_ferry_radio');
    const request = { outDir: options.outDir, kinds: KINDS, parallel: 4, dryRun: false };
    await core.download([{ chat }], request);
    const [track] = core.library.search('', { offset: 0, limit: 1 });
    const { path, messageId, documentId, sha256 } = track!;
    const whole = readFileSync(path);
    const spoilt = Buffer.from(whole);
    spoilt[1_000_000]! ^= 1;
    writeFileSync(path, spoilt);

    const summary = await core.download([{ chat, messageId }], { ...request, repair: true });
    expect(summary).toMatchObject({ completed: 1, failed: 0 });
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(core.library.track(documentId)).toMatchObject({ path, sha256 });
    expect(summary.bytes).toBe(lane === 'native' ? 128 * 1024 : whole.length);
  },
);
