import { Disposables } from '../../core/disposables.js';
import type { CoreEmitter, CoreEvents, NoticeLevel } from '../../core/events.js';
import { isTold } from '../../core/notice_level.js';
import { bytes, duration, rate } from '../format.js';
import { type Frames, type FrameTimer, systemTimer } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';
import { Ring } from './ring.js';
import { SettledConnection } from './settled_connection.js';

export interface ActivityEntry {
  /** Grows by one per entry. */
  readonly id: number;
  /** Unix time, milliseconds. */
  readonly time: number;
  readonly level: NoticeLevel;
  readonly text: string;
  /** How often it was told in a row. */
  readonly times: number;
  readonly detail?: string;
  /** Somebody waits to hear it, wherever on the screen he is. */
  readonly isAnswer: boolean;
}

const KEPT = 1000;

/** What happened, oldest first: notices of the core, and the events that a person would want to be told of. */
export class ActivityStore extends ThrottledStore<readonly ActivityEntry[]> {
  readonly #entries: Ring<ActivityEntry>;
  readonly #logLevel: NoticeLevel;
  readonly #now: () => number;
  readonly #timer: FrameTimer;
  #nextId = 1;

  /** @param logLevel the core's notices below it are not kept: they would push out what a person looks for */
  constructor(
    frames: Frames,
    logLevel: NoticeLevel = 'info',
    now: () => number = Date.now,
    timer: FrameTimer = systemTimer,
  ) {
    const entries = new Ring<ActivityEntry>(KEPT);
    super(() => entries.toArray(), frames);
    this.#entries = entries;
    this.#logLevel = logLevel;
    this.#now = now;
    this.#timer = timer;
  }

  add(level: NoticeLevel, text: string, detail?: string, isAnswer = false): void {
    const last = this.#entries.last;
    const isAgain = last?.level === level && last.text === text;
    const entry = {
      id: this.#nextId++,
      time: this.#now(),
      level,
      text,
      times: isAgain ? last.times + 1 : 1,
      isAnswer,
      ...(detail !== undefined && { detail }),
    };
    if (isAgain) this.#entries.replaceLast(entry);
    else this.#entries.add(entry);
    // Nobody waits for debug lines: they come with the next news, and cost no frame of their own.
    if (level !== 'debug') this.changed();
  }

  /** Listens until the result is disposed. */
  follow(events: CoreEmitter): Disposable {
    const stack = new Disposables();
    stack.use(new SettledConnection(this.#timer, (told) => this.#addConnection(told)).follow(events));
    stack.use(
      events.onAny((event) => {
        switch (event.name) {
          case 'notice':
            if (isTold(event.payload.level, this.#logLevel)) {
              this.add(event.payload.level, event.payload.text, event.payload.detail);
            }
            return;
          case 'transfer.completed':
            this.add(
              'info',
              `fetched ${event.payload.fileName} (${bytes(event.payload.totalBytes)})`,
              event.payload.path,
            );
            return;
          case 'transfer.failed':
            this.add(
              'error',
              `${event.payload.fileName}: ${event.payload.error.message}`,
              event.payload.error.hint,
            );
            return;
          case 'transfer.changed':
            // Of what had begun; what a scan leaves out is no news.
            if (event.payload.state === 'skipped') {
              this.add('warning', `${event.payload.fileName}: ${event.payload.reason ?? 'skipped'}`);
            }
            return;
          case 'chat.scan':
            if (event.payload.done) {
              const { chatTitle, matched, incomplete } = event.payload;
              const found = `${matched} audio messages`;
              this.add(
                'info',
                incomplete
                  ? `${chatTitle} was not read to its end: ${found} so far`
                  : `scanned ${chatTitle}: ${found}`,
              );
            }
            return;
          case 'flood.wait':
            this.add(
              'warning',
              `Telegram asks to wait ${duration(event.payload.seconds)} (${event.payload.method})`,
            );
            return;
          case 'memory.warning':
            this.add(
              'warning',
              `memory: ${bytes(event.payload.usedBytes)} of ${bytes(event.payload.budgetBytes)}`,
            );
            return;
          case 'memory.critical':
            this.add(
              'error',
              `memory critical: ${bytes(event.payload.usedBytes)}; no new file starts until it falls`,
            );
            return;
          case 'memory.recovered':
            this.add('info', `memory recovered: ${bytes(event.payload.usedBytes)}`);
            return;
          case 'memory.cleanup': {
            const { before, after } = event.payload;
            const { steps, freedBytes, reason } = event.payload;
            const freed = freedBytes > 0 ? `, ${bytes(freedBytes)} freed` : '';
            this.add(
              'info',
              `clean-up: ${bytes(before.rssBytes)} → ${bytes(after.rssBytes)}${freed}`,
              steps
                .map(({ name, freed: bytesOf, error }) => `${name}: ${error ?? bytes(bytesOf)}`)
                .join(', '),
              reason === 'manual',
            );
            return;
          }
          case 'run.summary': {
            const { completed, skipped, failed, bytesPerSecond } = event.payload;
            this.add(
              'info',
              `run done: ${completed} fetched, ${skipped} skipped, ${failed} failed, ${rate(bytesPerSecond)}`,
            );
            return;
          }
          default:
            return;
        }
      }),
    );
    return stack;
  }

  #addConnection({ state, reason }: CoreEvents['connection.state']): void {
    if (state === 'online') this.add('info', 'connected');
    else if (state === 'offline') this.add('error', reason ?? 'offline');
    else if (state === 'reconnecting') this.add('warning', reason ?? 'reconnecting');
  }
}
