import type { CoreEmitter, CoreEvents, NoticeLevel, RunSummary } from '../core/events.js';
import type { AnyEvent } from '../core/memory/typed_emitter.js';
import type { Call } from './command.js';
import { eventRecord } from './event_record.js';
import { count, formatBytes, formatDuration, formatRate } from './format.js';
import type { Io } from './io.js';
import { LiveArea } from './live_area.js';
import { progressFrame } from './progress_frame.js';
import type { RunState } from './run_state.js';

/** Shows a run while it goes on; disposing it leaves the terminal clean. */
export interface RunView extends Disposable {
  /** Says what the run did, last of all. */
  summary(summary: RunSummary, dryRun: boolean): void;
}

const LEVELS: readonly NoticeLevel[] = ['error', 'warning', 'info', 'debug'];

/** Whether a notice of `level` is told at the level asked for. */
export function isTold(level: NoticeLevel, asked: NoticeLevel): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(asked);
}

/** How often the progress area is drawn anew; people read no faster. */
const FRAME_MS = 200;

class JsonView implements RunView {
  readonly #io: Io;
  readonly #subscription: Disposable;

  constructor(io: Io, events: CoreEmitter) {
    this.#io = io;
    this.#subscription = events.onAny((event) => {
      // The summary is the last line: it is written when nothing can follow.
      if (event.name === 'run.summary') return;
      const line = eventRecord(event, io.now());
      if (line !== undefined) io.stdout.line(line);
    });
  }

  summary(summary: RunSummary): void {
    this[Symbol.dispose]();
    this.#io.stdout.line(eventRecord({ name: 'run.summary', payload: summary }, this.#io.now())!);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}

export function summaryLine(summary: RunSummary, dryRun: boolean): string {
  const { completed, skipped, failed, bytes, seconds, bytesPerSecond } = summary;
  const parts: string[] = [];
  if (dryRun) parts.push(`${count(completed, 'file')} would be downloaded (${formatBytes(bytes)})`);
  else if (completed === 0) parts.push('nothing new');
  else {
    const speed = `${formatBytes(bytes)} in ${formatDuration(seconds)}, ${formatRate(bytesPerSecond)}`;
    parts.push(`${count(completed, 'file')} downloaded (${speed})`);
  }
  if (skipped > 0) parts.push(`${skipped.toLocaleString('en-US')} there already`);
  if (failed > 0) parts.push(`${failed.toLocaleString('en-US')} failed`);
  return parts.join(', ');
}

/** Lines for people: results on stdout, the rest on stderr; on a terminal with a live area below them. */
class TextView implements RunView {
  readonly #io: Io;
  readonly #quiet: boolean;
  readonly #level: NoticeLevel;
  readonly #subscription: Disposable;
  readonly #area: LiveArea | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #dryRun: boolean;

  constructor({ io, settings }: Call, events: CoreEmitter, state: RunState) {
    this.#io = io;
    this.#quiet = settings.get('quiet');
    this.#level = this.#quiet ? 'error' : settings.get('log-level');
    this.#dryRun = settings.get('dry-run');
    this.#subscription = events.onAny((event) => this.#tell(event));
    if (!this.#quiet && io.stderr.isTerminal) {
      const area = new LiveArea(io.stderr);
      const draw = () =>
        area.draw(progressFrame(state, io.stderr.columns - 1, Math.min(io.stderr.rows - 2, 16), io.now()));
      this.#area = area;
      this.#timer = setInterval(draw, FRAME_MS);
    }
  }

  summary(summary: RunSummary, dryRun: boolean): void {
    this[Symbol.dispose]();
    if (!this.#quiet) this.#io.stdout.line(summaryLine(summary, dryRun));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#area?.[Symbol.dispose]();
    this.#subscription[Symbol.dispose]();
  }

  #tell({ name, payload }: AnyEvent<CoreEvents>): void {
    switch (name) {
      case 'transfer.completed':
        this.#result(`downloaded  ${formatBytes(payload.totalBytes).padStart(8)}  ${payload.path}`);
        break;
      case 'transfer.queued':
        if (this.#dryRun)
          this.#result(`would download  ${formatBytes(payload.totalBytes).padStart(8)}  ${payload.path}`);
        break;
      case 'transfer.failed':
        this.#diagnose('error', `${payload.path}: ${payload.reason ?? payload.error.message}`);
        break;
      case 'transfer.skipped':
        this.#diagnose('debug', `skipped ${payload.path}: ${payload.reason ?? 'there already'}`);
        break;
      case 'flood.wait':
        this.#diagnose(
          'info',
          `Telegram asks to wait ${payload.seconds} s before the next ${payload.method}`,
        );
        break;
      case 'memory.critical':
        this.#diagnose('warning', 'memory budget reached: no new file starts until there is room');
        break;
      case 'notice':
        this.#diagnose(payload.level, payload.text);
        break;
      default:
    }
  }

  #result(line: string): void {
    if (!this.#quiet) this.#print(() => this.#io.stdout.line(line));
  }

  #diagnose(level: NoticeLevel, text: string): void {
    if (isTold(level, this.#level)) this.#print(() => this.#io.stderr.line(`tad: ${text}`));
  }

  #print(print: () => void): void {
    if (this.#area === undefined) print();
    else this.#area.above(print);
  }
}

/** The view that the options and the terminal ask for. */
export function openRunView(call: Call, events: CoreEmitter, state: RunState): RunView {
  return call.settings.get('json') ? new JsonView(call.io, events) : new TextView(call, events, state);
}
