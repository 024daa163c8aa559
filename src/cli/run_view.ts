import { byteText } from '../core/byte_text.js';
import type { CoreEmitter, CoreEvents, NoticeLevel, RunSummary } from '../core/events.js';
import type { Core } from '../core/face.js';
import type { AnyEvent } from '../core/memory/typed_emitter.js';
import { isTold } from '../core/notice_level.js';
import type { Call } from './command.js';
import { eventRecord } from './event_record.js';
import { count, formatDuration, formatRate } from './format.js';
import type { Io } from './io.js';
import { LiveArea } from './live_area.js';
import { progressFrame } from './progress_frame.js';
import type { RunState } from './run_state.js';
import { RunWait, WaitLines, type Waits } from './waits.js';

/** How often the progress area is drawn anew; people read no faster. */
const FRAME_MS = 200;
const LOOK_MS = 1_000;

/** Lines for programs (DESIGN section 4). */
class JsonView implements Disposable {
  readonly #io: Io;
  readonly #level: NoticeLevel;
  readonly #subscription: Disposable;
  /** In every record: nobody is to wait for files that are not meant to come. */
  readonly #more: object;
  #summary: string | undefined;

  constructor({ io, settings }: Call, events: CoreEmitter) {
    this.#io = io;
    this.#level = settings.get('log-level');
    this.#more = settings.get('dry-run') ? { dryRun: true } : {};
    this.#subscription = events.onAny((event) => this.tell(event));
  }

  tell(event: AnyEvent<CoreEvents>): void {
    if (event.name === 'notice' && !isTold(event.payload.level, this.#level)) return;
    const line = eventRecord(event, this.#io.now(), this.#more);
    if (event.name === 'run.summary') this.#summary = line;
    else if (line !== undefined) this.#io.stdout.line(line);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    // The summary is the last line: it is written when nothing can follow.
    if (this.#summary !== undefined) this.#io.stdout.line(this.#summary);
  }
}

/** Of a damaged file only what is broken is fetched: its size is not what came. */
export type Verb = 'downloaded' | 'repaired';

function doneBy({ completed, failed, bytes, seconds, bytesPerSecond }: RunSummary, verb: Verb): string {
  if (completed > 0) {
    const speed = `${byteText(bytes)} in ${formatDuration(seconds)}, ${formatRate(bytesPerSecond)}`;
    return `${count(completed, 'file')} ${verb} (${speed})`;
  }
  if (bytes > 0) return `no file finished, ${byteText(bytes)} fetched`;
  return failed > 0 ? `no file ${verb}` : 'nothing new';
}

/** What a run did, in one line. */
function summaryLine(summary: RunSummary, verb: Verb): string {
  return doneBy(summary, verb) + remainder(summary);
}

/** What a dry run found. */
export function dryRunLine({ queuedFiles, queuedBytes }: RunState, summary: RunSummary): string {
  const found =
    queuedFiles === 0
      ? 'nothing new'
      : `${count(queuedFiles, 'file')} would be downloaded (${byteText(queuedBytes)})`;
  return found + remainder(summary);
}

function remainder({ skipped, failed }: RunSummary): string {
  const had = skipped > 0 ? `, ${skipped.toLocaleString('en-US')} there already` : '';
  return failed > 0 ? `${had}, ${failed.toLocaleString('en-US')} failed` : had;
}

type Watched = Pick<Core, 'events' | 'status'>;

/** Lines for people: results on stdout, the rest on stderr; on a terminal with a live area below them. */
class TextView implements Disposable {
  readonly #io: Io;
  readonly #quiet: boolean;
  readonly #level: NoticeLevel;
  readonly #subscription: Disposable;
  readonly #area: LiveArea | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #dryRun: boolean;
  readonly #verb: Verb;
  readonly #state: RunState;
  readonly #signal: AbortSignal;
  readonly #onStop = () => this.#diagnose('info', 'stopping; Ctrl-C again stops at once');
  #summary: RunSummary | undefined;
  #isCritical = false;

  constructor({ io, settings, signal }: Call, core: Watched, state: RunState, waits: Waits, verb: Verb) {
    this.#verb = verb;
    this.#io = io;
    this.#state = state;
    this.#signal = signal;
    this.#quiet = settings.get('quiet');
    this.#level = this.#quiet ? 'error' : settings.get('log-level');
    this.#dryRun = settings.get('dry-run');
    this.#subscription = core.events.onAny((event) => this.tell(event));
    signal.addEventListener('abort', this.#onStop, { once: true });
    if (this.#quiet) return;
    if (io.stderr.isTerminal) {
      const area = new LiveArea(io.stderr);
      const draw = () => {
        const rows = Math.min(io.stderr.rows - 2, 16);
        area.draw(progressFrame(state, core.status(), io.stderr.columns - 1, rows, io.now(), waits.text));
      };
      this.#area = area;
      this.#timer = setInterval(draw, FRAME_MS);
    } else {
      const lines = new WaitLines();
      const files = new RunWait(state);
      const look = () => {
        const line = lines.look(waits.reason ?? files.look(), io.now());
        if (line !== undefined) this.#diagnose('info', line);
      };
      this.#timer = setInterval(look, LOOK_MS);
    }
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onStop);
    clearInterval(this.#timer);
    this.#area?.[Symbol.dispose]();
    this.#subscription[Symbol.dispose]();
    this.#end();
  }

  #end(): void {
    if (this.#quiet) return;
    if (this.#summary !== undefined) {
      const line = this.#dryRun
        ? dryRunLine(this.#state, this.#summary)
        : summaryLine(this.#summary, this.#verb);
      this.#io.stdout.line(line);
    }
    if (this.#signal.aborted)
      this.#io.stderr.line('tad: interrupted. Call it again the same way to go on from here');
  }

  tell({ name, payload }: AnyEvent<CoreEvents>): void {
    switch (name) {
      case 'transfer.completed':
        this.#result(
          `${this.#verb.padEnd(10)}  ${byteText(payload.totalBytes).padStart(8)}  ${payload.path}`,
        );
        break;
      case 'transfer.queued':
        if (this.#dryRun)
          this.#result(`would download  ${byteText(payload.totalBytes).padStart(8)}  ${payload.path}`);
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
        this.#isCritical = true;
        this.#diagnose(
          'warning',
          `memory is critical: ${byteText(payload.usedBytes)} of ${byteText(payload.budgetBytes)}; no new file starts until it falls`,
        );
        break;
      case 'memory.recovered':
        if (this.#isCritical) this.#diagnose('info', 'memory has recovered; files start again');
        this.#isCritical = false;
        break;
      case 'run.summary':
        this.#summary = payload;
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

/**
 * Shows a run while it goes on, as the options and the terminal ask for it. Disposing it leaves the terminal clean and
 * says, last of all, what the run did.
 */
export function openRunView(
  call: Call,
  core: Watched,
  state: RunState,
  waits: Waits,
  verb: Verb,
): Disposable {
  const view = call.settings.get('json')
    ? new JsonView(call, core.events)
    : new TextView(call, core, state, waits, verb);
  // With a small budget it is critical from the start: the event came before anybody could listen.
  const { memory } = core.status();
  if (memory.level === 'critical') view.tell({ name: 'memory.critical', payload: memory });
  return view;
}
