import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { ControlClient } from '../core/control/client.js';
import { TadError } from '../core/errors.js';
import type { Action, Call } from './command.js';
import { eventRecord } from './event_record.js';
import { FullScreen } from './full_screen.js';
import { lastRunLines, lastRunRecord, lastRuns } from './last_runs.js';
import { cleanupLines, type Paint, performanceLines, Trends } from './performance_report.js';
import { record } from './records.js';
import { connectRunning, findRunning } from './running.js';

const SAMPLE_MS = 1000;

function painter({ io }: Call): Paint {
  const colours = { normal: 'green', warning: 'yellow', critical: 'red' } as const;
  return (level, text) => {
    if (!io.stdout.isTerminal || io.env['NO_COLOR']) return text;
    return styleText(colours[level], text, { validateStream: false });
  };
}

/** Of the tad that runs, and of the last runs; of these alone when none runs. */
async function report(call: Call): Promise<void> {
  const { io, settings, signal } = call;
  const runs = lastRuns(call);
  using client = runs.length === 0 ? await connectRunning(call) : await findRunning(call);
  const status = await client?.call('status', {}, signal);
  if (settings.get('json')) {
    if (status !== undefined) io.stdout.line(record(io.now(), 'status', status));
    for (const run of runs) io.stdout.line(lastRunRecord(run, io.now()));
    return;
  }
  const running =
    status === undefined
      ? [`no tad is running for the profile "${call.home.profile}"`, '']
      : performanceLines(status, new Trends(), io.now(), painter(call));
  // Whole seconds are kept: one that began in the first of the process is not older.
  const aliveSince = status && Math.floor(io.now() / 1000 - status.process.uptimeSeconds);
  for (const line of [...running, ...lastRunLines(runs, aliveSince)]) io.stdout.line(line);
}

/** Samples until the person leaves, a signal comes, or the running tad ends. */
async function sampling(
  client: ControlClient,
  leave: AbortSignal,
  sample: () => Promise<void>,
): Promise<void> {
  const end = AbortSignal.any([leave, client.closed]);
  while (!end.aborted) {
    try {
      await sample();
      await sleep(SAMPLE_MS, undefined, { signal: end });
    } catch (error) {
      if (!end.aborted) throw error;
    }
  }
}

async function watchScreen(call: Call): Promise<void> {
  const { io, signal } = call;
  if (!io.stdout.isTerminal) {
    throw new TadError('usage', '--watch needs a terminal', 'In a script: tad performance --watch --json');
  }
  using client = await connectRunning(call);
  {
    using screen = new FullScreen(io);
    const trends = new Trends();
    const paint = painter(call);
    await sampling(client, AbortSignal.any([signal, screen.quit]), async () => {
      const status = await client.call('status', {}, signal);
      screen.draw(performanceLines(status, trends, io.now(), paint), 'q leaves');
    });
  }
  if (client.closed.aborted) io.stdout.line('the running tad has ended');
}

async function watchJson(call: Call): Promise<void> {
  const { io, signal } = call;
  using client = await connectRunning(call, (event) => {
    const line = eventRecord(event, io.now());
    if (line !== undefined) io.stdout.line(line);
  });
  await client.call('subscribe', {}, signal);
  await sampling(client, signal, async () => {
    io.stdout.line(record(io.now(), 'status', await client.call('status', {}, signal)));
  });
}

async function cleanup(call: Call): Promise<void> {
  const { io, settings, signal } = call;
  using client = await connectRunning(call);
  const done = await client.call('cleanup', {}, signal);
  if (settings.get('json')) {
    io.stdout.line(eventRecord({ name: 'memory.cleanup', payload: done }, io.now())!);
  } else for (const line of cleanupLines(done)) io.stdout.line(line);
}

async function profile(call: Call, seconds: number): Promise<void> {
  const { io, settings, signal } = call;
  using client = await connectRunning(call);
  if (!settings.get('quiet')) io.stderr.line(`tad: sampling allocations of the running tad for ${seconds} s`);
  const { path } = await client.call('heapProfile', { seconds }, signal);
  if (settings.get('json')) io.stdout.line(record(io.now(), 'heap.profile', { path }));
  else {
    io.stdout.line(path);
    if (!settings.get('quiet'))
      io.stderr.line('tad: open it in Chrome (DevTools, Memory, Load profile) or in VS Code');
  }
}

export const performance: Action = async (call) => {
  const { settings } = call;
  const seconds = settings.get('profile-seconds');
  const asked = [settings.get('watch'), settings.get('cleanup'), seconds !== undefined].filter(Boolean);
  if (asked.length > 1) throw new TadError('usage', 'only one of --watch, --cleanup and --profile at a time');
  if (settings.get('watch')) await (settings.get('json') ? watchJson(call) : watchScreen(call));
  else if (settings.get('cleanup')) await cleanup(call);
  else if (seconds !== undefined) await profile(call, seconds);
  else await report(call);
  return 0;
};
