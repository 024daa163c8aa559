import { constants } from 'node:os';

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = (typeof STOPPING)[number];

/** 130 for SIGINT, 143 for SIGTERM, as shells report them. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

/** Where signals come from; `process` is one. */
export interface SignalSource {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
}

export interface SignalWatch extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The first signal that came. */
  readonly received: StopSignal | undefined;
}

/**
 * The first signal asks to stop, a second one forces it. A terminal sends Ctrl-C to the whole process group and the
 * launcher passes on what it gets, so that one key press arrives twice: what follows within `echoMs` is its echo.
 */
export function watchSignals(
  source: SignalSource,
  options: {
    readonly onForce: (code: number) => void;
    readonly now: () => number;
  },
  echoMs = 500,
): SignalWatch {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  let since = 0;
  const listeners = STOPPING.map((name) => {
    const listener = () => {
      if (received === undefined) {
        received = name;
        since = options.now();
        controller.abort();
      } else if (options.now() - since > echoMs) {
        options.onForce(exitCodeOf(name));
      }
    };
    source.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    [Symbol.dispose]: () => {
      for (const { name, listener } of listeners) source.off(name, listener);
    },
  };
}
