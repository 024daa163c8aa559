import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AudioDownloader,
  type AudioDownloaderOptions,
} from '../../../../src/core/download/audio_downloader.js';
import { type Clock, systemClock } from '../../../../src/core/download/clock.js';
import { MemoryGate } from '../../../../src/core/download/policies/memory_gate.js';
import { type CoreEvents, createCoreEmitter } from '../../../../src/core/events.js';
import type { DownloadRequest } from '../../../../src/core/face.js';
import { openLibrary } from '../../../../src/core/library/library.js';
import type { Chat } from '../../../../src/core/types.js';
import { chat, FakeGateway, FakeLane, sha256 } from './fake_telegram.js';

type Told = { [Name in keyof CoreEvents]: { name: Name; payload: CoreEvents[Name] } }[keyof CoreEvents];

/** A downloader over fakes, with a real library and real files in a directory of its own. */
export class Bench implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'tad-test-'));
  readonly outDir = join(this.home, 'out');
  readonly lane = new FakeLane();
  readonly gateway: FakeGateway;
  readonly events = createCoreEmitter((error) => {
    throw error;
  });
  readonly told: Told[] = [];
  readonly clock: Clock;
  readonly memory: MemoryGate;
  readonly library;
  readonly downloader: AudioDownloader;

  constructor(options: Partial<AudioDownloaderOptions> & { home?: string; gateway?: FakeGateway } = {}) {
    this.gateway = (options.gateway as FakeGateway | undefined) ?? new FakeGateway();
    if (options.home) {
      rmSync(this.home, { recursive: true });
      this.home = options.home;
      this.outDir = join(this.home, 'out');
    }
    this.clock = options.clock ?? systemClock;
    this.memory = new MemoryGate(this.clock);
    this.library = openLibrary({ file: join(this.home, 'library.db') });
    this.events.onAny((event) => this.told.push(event as Told));
    this.downloader = new AudioDownloader({
      lane: async () => this.lane,
      library: this.library,
      events: this.events,
      memory: this.memory,
      clock: this.clock,
      random: () => 0.5,
      idCacheSize: 1_000,
      queueSize: 20,
      maxBytesUnderWay: 8 * 2 ** 20,
      minFreeBytes: 0,
      giveUpMs: 600_000,
      figures: () => ({}),
      peakRssBytes: () => 1,
      ...options,
      gateway: this.gateway,
    });
  }

  request(over: Partial<DownloadRequest> = {}): DownloadRequest {
    return { outDir: this.outDir, kinds: ['music'], parallel: 4, dryRun: false, ...over };
  }

  download(
    chats: readonly Chat[] = [chat('-1001')],
    over: Partial<DownloadRequest> = {},
    signal: AbortSignal = new AbortController().signal,
  ) {
    return this.downloader.download(
      chats.map((one) => ({ chat: one })),
      this.request(over),
      signal,
    );
  }

  names(): string[] {
    return this.told.map(({ name }) => name);
  }

  payloads<Name extends keyof CoreEvents>(name: Name): CoreEvents[Name][] {
    return this.told.filter((event) => event.name === name).map(({ payload }) => payload as CoreEvents[Name]);
  }

  sha256At(path: string): string {
    return sha256(readFileSync(path));
  }

  /** Closes what is open and leaves the files, as a death of the process would. */
  async close(): Promise<void> {
    await this.downloader[Symbol.asyncDispose]();
    this.library.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}
