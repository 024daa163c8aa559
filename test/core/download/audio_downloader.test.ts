import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChatTarget } from '../../../src/core/types.js';
import { Bench } from './fakes/bench.js';
import { chat, contentOf, message, sha256 } from './fakes/fake_telegram.js';

describe('AudioDownloader', () => {
  it('mirrors a chat: right bytes, right names, message dates, a row each, and nothing left over', async () => {
    await using bench = new Bench();
    const messages = Array.from({ length: 25 }, (_, i) =>
      message({ messageId: i + 1, size: 1 + i * 70_000 }),
    );
    bench.gateway.put(...messages);
    const summary = await bench.download();
    expect(summary).toMatchObject({ completed: 25, skipped: 0, failed: 0 });
    for (const { location, messageId, date } of messages) {
      const track = bench.library.track(location.documentId);
      expect(track?.path).toBe(`${bench.outDir}/Chat -1001/track ${messageId}.mp3`);
      const expected = sha256(contentOf(location.documentId, location.size));
      expect(track?.sha256).toBe(expected);
      expect(bench.sha256At(track?.path ?? '')).toBe(expected);
      expect(statSync(track?.path ?? '').mtimeMs / 1000).toBe(date);
    }
    expect(readdirSync(`${bench.outDir}/Chat -1001`)).toHaveLength(25);
    expect(bench.library.unfinishedTransfers()).toEqual([]);
    expect(bench.names().at(-1)).toBe('run.summary');
  });

  it('fetches nothing the second time, and asks the server only for what is newer', async () => {
    await using bench = new Bench();
    bench.gateway.put(...Array.from({ length: 30 }, (_, i) => message({ messageId: i + 1 })));
    await bench.download();
    bench.gateway.scans.length = 0;
    const requests = bench.lane.requests.length;
    expect(await bench.download()).toMatchObject({ completed: 0, skipped: 30, failed: 0 });
    expect(bench.lane.requests).toHaveLength(requests);
    expect(bench.gateway.scans).toEqual([{ kind: 'music', minId: 30 }]);
    bench.gateway.put(message({ messageId: 31 }));
    expect(await bench.download()).toMatchObject({ completed: 1, skipped: 30 });
  });

  it('fails for a message that has no audio or does not exist, beside those that have', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    const gone = { chat: chat('-1001'), messageId: 999 };
    const told = { code: 'not-found', message: 'message 999 has no audio or does not exist' };
    const download = (...targets: ChatTarget[]) =>
      bench.downloader.download(targets, bench.request(), AbortSignal.timeout(10_000));
    await expect(download(gone)).rejects.toMatchObject(told);
    const both = [gone, { chat: chat('-1001'), messageId: 1 }];
    expect(await download(...both)).toMatchObject({ completed: 1, failed: 1 });
    // It is there already: nothing to do, and no failure.
    expect(await download(both[1]!)).toMatchObject({ completed: 0, skipped: 1, failed: 0 });
  });

  it('fetches a completed file again when it has vanished from disk', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }), message({ messageId: 2 }));
    await bench.download();
    const path = bench.library.track('7000001')?.path ?? '';
    rmSync(path);
    expect(await bench.download()).toMatchObject({ completed: 1, skipped: 1 });
    expect(existsSync(path)).toBe(true);
  });

  it('fetches a document that several chats have once', async () => {
    await using bench = new Bench();
    bench.gateway.put(
      message({ messageId: 1 }),
      message({ messageId: 9, chatId: '-1002', documentId: '7000001' }),
    );
    expect(await bench.download([chat('-1001'), chat('-1002')])).toMatchObject({ completed: 1, skipped: 1 });
    expect(bench.lane.requests).toHaveLength(1);
  });
});
