import { parentPort, workerData } from 'node:worker_threads';
import { toTadError } from '../../errors.js';
import { systemClock } from '../clock.js';
import { LaneGauge } from './lane_gauge.js';
import { LaneService, type LaneServiceOptions } from './lane_service.js';
import { Outbox } from './outbox.js';
import { type FromLane, type ToLane, toPlainError } from './thread_messages.js';
import { yieldToOtherThreads } from './thread_priority.js';

/** What the main thread hands over when it starts this one. */
export interface LaneThreadData
  extends Pick<LaneServiceOptions, 'client' | 'connectTimeoutMs' | 'requestTimeoutMs' | 'depth'> {
  /** Whether this thread lets the others of the process come first. */
  readonly comesLast: boolean;
  /** Of its {@link LaneGauge}. */
  readonly gauge: Int32Array<SharedArrayBuffer>;
}

const port = parentPort;
if (port === null) throw new Error('this module runs in a worker thread');
const outbox = new Outbox<FromLane>((messages) => port.postMessage(messages));

const { gauge: shared, comesLast, ...settings } = workerData as LaneThreadData;
if (comesLast) yieldToOtherThreads();
const gauge = new LaneGauge(shared);
const service = new LaneService({
  ...settings,
  clock: systemClock,
  warn: (text) => outbox.send({ warning: text }),
  received: (bytes) => gauge.received(bytes),
});
const aborts = new Map<number, AbortController>();

type Call = Exclude<ToLane, { readonly abort: number }>;

function perform(call: Call, signal: AbortSignal): unknown {
  switch (call.method) {
    case 'credentials':
      return service.credentials(call.argument);
    case 'open':
      return service.open(call.argument.location, call.argument.path);
    case 'relocate':
      return service.relocate(call.argument.file, call.argument.location);
    case 'fetch':
      return service.fetch(call.argument.file, call.argument.offset, call.argument.length, signal);
    case 'salvage':
      return service.salvage(call.argument.file, call.argument.ranges, signal);
    case 'verify':
      return service.verify(call.argument.file, call.argument.parts, signal);
    case 'finish':
      return service.finish(call.argument.file, call.argument.modified, signal);
    case 'reconnect':
      return service.reconnect();
    case 'closeFile':
      return service.closeFile(call.argument.file);
    case 'shrink':
      return service.shrink();
    case 'selfTest':
      return service.selfTest();
  }
}

function showPools(): void {
  gauge.show(service.partBuffers, service.readBackBuffers);
}

async function answer(call: Call): Promise<void> {
  const abort = new AbortController();
  aborts.set(call.id, abort);
  try {
    outbox.send({ id: call.id, result: await perform(call, abort.signal) });
  } catch (error) {
    outbox.send({ id: call.id, error: toPlainError(toTadError(error)) });
  } finally {
    aborts.delete(call.id);
    showPools();
  }
}

port.on('message', (messages: readonly ToLane[]) => {
  for (const message of messages) {
    if ('abort' in message) aborts.get(message.abort)?.abort();
    else void answer(message);
  }
  showPools();
});
port.on('close', () => void service.close());
