import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CoreOptions, createCore } from '../../../src/core/core.js';
import type { CoreEvents } from '../../../src/core/events.js';
import type { Core, DownloadRequest, LoginPrompts } from '../../../src/core/face.js';
import type { Library } from '../../../src/core/library/library.js';
import { type ManifestEntry, manifest } from '../../../src/demo/catalogue/manifest.js';
import { markedId } from '../../../src/demo/catalogue/peers.js';
import type { DemoServer } from '../../../src/demo/server.js';

/** How to reach a demo server. */
export interface DemoAddress {
  readonly host: string;
  readonly port: number;
  readonly publicKeyPem: string;
  readonly phone: string;
  readonly code: string;
  readonly password?: string;
}

export function addressOf(demo: DemoServer): DemoAddress {
  const { host, dcs, publicKeyPem, phone, code, password } = demo.listening;
  const port = dcs[0]?.port ?? 0;
  return { host, port, publicKeyPem, phone, code, ...(password === undefined ? {} : { password }) };
}

export function coreOptions(home: string, demo: DemoAddress): CoreOptions {
  return {
    apiId: 12345,
    apiHash: '0123456789abcdef0123456789abcdef',
    sessionFile: join(home, 'session'),
    libraryFile: join(home, 'library.db'),
    outDir: join(home, 'out'),
    server: { host: demo.host, port: demo.port, dcId: 2, publicKeyPem: demo.publicKeyPem },
    minFreeBytes: 0,
  };
}

export function prompts({ phone, code, password = '' }: DemoAddress): LoginPrompts {
  return {
    method: 'phone',
    phone: async () => phone,
    code: async () => code,
    password: async () => password,
  };
}

/** A home directory of its own, with a core that is logged in to the demo server. */
export class Mirror implements AsyncDisposable {
  readonly home: string;
  readonly outDir: string;
  readonly core: Core;
  readonly told: { name: keyof CoreEvents; at: number; payload: unknown }[] = [];
  readonly #ownsHome: boolean;

  private constructor(demo: DemoAddress, over: Partial<CoreOptions>, home?: string) {
    this.#ownsHome = home === undefined;
    this.home = home ?? mkdtempSync(join(tmpdir(), 'tad-core-'));
    this.outDir = join(this.home, 'out');
    this.core = createCore({ ...coreOptions(this.home, demo), ...over });
    this.core.events.onAny(({ name, payload }) => this.told.push({ name, at: Date.now(), payload }));
  }

  static async login(demo: DemoServer, over: Partial<CoreOptions> = {}): Promise<Mirror> {
    const address = addressOf(demo);
    const mirror = new Mirror(address, over);
    await mirror.core.login(prompts(address));
    return mirror;
  }

  /** Another core over the home of an earlier one. */
  static async reopen(demo: DemoServer, home: string, over: Partial<CoreOptions> = {}): Promise<Mirror> {
    const mirror = new Mirror(addressOf(demo), over, home);
    await mirror.core.connect();
    return mirror;
  }

  async download(titles: readonly string[], over: Partial<DownloadRequest> = {}, signal?: AbortSignal) {
    const targets = await Promise.all(titles.map((title) => this.core.resolve(title)));
    const request: DownloadRequest = {
      outDir: this.outDir,
      kinds: ['music', 'voice', 'document'],
      parallel: 4,
      dryRun: false,
      ...over,
    };
    return this.core.download(targets, request, signal);
  }

  count(name: keyof CoreEvents): number {
    return this.told.filter((event) => event.name === name).length;
  }

  /** Longest time without any event but memory samples between the first and the last, milliseconds. */
  longestSilence(): number {
    const heard = this.told.filter(({ name }) => name !== 'memory.sample');
    return Math.max(0, ...heard.map(({ at }, i) => at - (heard[i - 1]?.at ?? at)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.core[Symbol.asyncDispose]();
    if (this.#ownsHome) rmSync(this.home, { recursive: true, force: true });
  }
}

/** Every document of these chats is in the library and on disk, byte for byte as the manifest says. */
export function expectMirrored(
  demo: DemoServer,
  library: Pick<Library, 'track'>,
  chatIds: readonly string[],
): readonly ManifestEntry[] {
  const chats = demo.catalogue.allChats().filter((chat) => chatIds.includes(markedId(chat)));
  const wanted = [...manifest(demo.catalogue, chats)];
  for (const { documentId, sha256, bytes, chatId, messageId } of wanted) {
    const what = `${chatId}/${messageId}`;
    const track = library.track(documentId);
    expect(track?.sha256, what).toBe(sha256);
    expect(track?.bytes, what).toBe(bytes);
    const onDisk = createHash('sha256')
      .update(readFileSync(track?.path ?? ''))
      .digest('hex');
    expect(onDisk, what).toBe(sha256);
  }
  return wanted;
}
