import { toTadError } from './errors.js';
import { type CoreEmitter, createCoreEmitter } from './events.js';

/** A listener of a face must not be able to stop the downloads; neither may its mistake be lost: it becomes a notice. */
export function tellingEmitter(): CoreEmitter {
  const events: CoreEmitter = createCoreEmitter((error, event) => {
    if (event === 'notice') return;
    events.emit('notice', {
      level: 'error',
      text: `a listener of ${event} failed: ${toTadError(error).message}`,
    });
  });
  return events;
}
