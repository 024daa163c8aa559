import { Disposables } from '../core/disposables.js';
import type { Core } from '../core/face.js';
import { isTold } from '../core/notice_level.js';
import type { Call } from './command.js';
import { LiveArea } from './live_area.js';
import { toWidth } from './terminal_width.js';
import { WaitLines, Waits } from './waits.js';

/** The first thing that most commands wait for. */
export const CONNECTING = 'connecting to Telegram';

const LOOK_MS = 1_000;

/** Whoever shows what a command does is told what it waits for. */
export interface Watch extends Disposable {
  /** @param what `connecting to Telegram`; undefined: for nothing any more */
  waitFor(what: string | undefined): void;
}

/** Notices and waits on stderr, for commands that show nothing else of the core. A wait is a line that is replaced, off a terminal a few lines. */
export class Telling implements Watch {
  readonly #call: Call;
  readonly #waits: Waits;
  readonly #area: LiveArea;
  readonly #lines = new WaitLines();
  readonly #owned = new Disposables();

  constructor(call: Call, core: Pick<Core, 'events'>) {
    const { io, settings } = call;
    this.#call = call;
    this.#area = new LiveArea(io.stderr);
    this.#owned.use(this.#area);
    this.#waits = this.#owned.use(new Waits(core.events, io.now));
    const level = settings.get('quiet') ? 'error' : settings.get('log-level');
    this.#owned.use(
      core.events.on('notice', (notice) => {
        if (isTold(notice.level, level)) this.line(notice.text);
      }),
    );
    if (settings.get('quiet')) return;
    const timer = setInterval(() => this.#look(), LOOK_MS);
    this.#owned.use({ [Symbol.dispose]: () => clearInterval(timer) });
  }

  waitFor(what: string | undefined): void {
    this.#waits.begin(what);
    this.#area[Symbol.dispose]();
  }

  line(text: string): void {
    const { stderr } = this.#call.io;
    this.#area.above(() => stderr.line(`tad: ${text}`));
  }

  [Symbol.dispose](): void {
    this.#owned[Symbol.dispose]();
  }

  #look(): void {
    const { stderr, now } = this.#call.io;
    const { text, reason } = this.#waits;
    if (!stderr.isTerminal) {
      const line = this.#lines.look(reason, now());
      if (line !== undefined) this.line(line);
    } else if (text !== undefined) {
      this.#area.draw([toWidth(`  ${text}`, stderr.columns - 1).trimEnd()]);
    }
  }
}
