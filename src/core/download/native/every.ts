import type { Clock } from '../clock.js';

/** Calls again and again, the first time after `ms`, until it is disposed of. */
export function every(clock: Clock, ms: number, action: () => void): Disposable {
  let timer: Disposable | undefined;
  const arm = () => {
    timer = clock.after(ms, () => {
      arm();
      action();
    });
  };
  arm();
  return { [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
}
