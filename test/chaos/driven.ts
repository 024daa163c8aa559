import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { DemoServer } from '../../src/demo/server.js';
import { addressOf, coreOptions } from '../core/helpers/mirror.js';
import { TransferSilence } from './transfer_silence.js';

const DRIVER = fileURLToPath(new URL('./driver.js', import.meta.url));

export type DrivenLane = 'auto' | 'gramjs' | 'native';

export interface DrivenOptions {
  readonly home: string;
  readonly demo: DemoServer;
  readonly chats: readonly string[];
  readonly lane?: DrivenLane;
  readonly login?: boolean;
  readonly waitSeconds?: number;
  readonly over?: Readonly<Record<string, unknown>>;
}

export interface DrivenEvent {
  readonly event: string;
  readonly documentId?: string;
  readonly state?: string;
  readonly bytes?: number;
  readonly reason?: string;
  readonly code?: string;
  readonly message?: string;
  readonly completed?: number;
}

/** A process of its own that mirrors chats with the compiled core. */
export class Driven {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly events: DrivenEvent[] = [];
  stderr = '';
  /** Longest time without an event, since the first, in which nobody had said why. */
  longestSilenceMs = 0;
  /** The same, whatever was said. */
  longestPauseMs = 0;
  readonly transfers = new TransferSilence();
  #heardAt = Infinity;
  readonly #ended: Promise<unknown>;
  #onEvent: (event: DrivenEvent) => void = () => {};

  constructor({ home, demo, chats, lane = 'auto', login = false, waitSeconds, over = {} }: DrivenOptions) {
    const address = addressOf(demo);
    const options = { ...coreOptions(home, address), lane, ...over };
    const TAD_DRIVER = JSON.stringify({
      options,
      chats,
      parallel: 4,
      waitSeconds,
      ...(login && { login: address }),
    });
    this.child = spawn(process.execPath, [DRIVER], {
      env: { ...process.env, TAD_DRIVER },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.child, 'close');
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as DrivenEvent;
      this.events.push(event);
      const now = performance.now();
      const pauseMs = now - this.#heardAt;
      this.longestPauseMs = Math.max(this.longestPauseMs, pauseMs);
      if (!this.transfers.isExplained) this.longestSilenceMs = Math.max(this.longestSilenceMs, pauseMs);
      this.#heardAt = now;
      this.transfers.heard(event, now);
      this.#onEvent(event);
    });
  }

  /** Resolves when it has told so many events of these kinds, or has ended. */
  async told(count: number, ...names: string[]): Promise<void> {
    const isEnough = () => this.events.filter(({ event }) => names.includes(event)).length >= count;
    if (isEnough()) return;
    await Promise.race([
      this.#ended,
      new Promise<void>((resolve) => {
        this.#onEvent = () => {
          if (isEnough()) resolve();
        };
      }),
    ]);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#ended;
  }

  /** @returns the exit code */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }
}
