import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../core/config/nearest.js';
import type { Settings } from '../core/config/resolve.js';
import { TadError } from '../core/errors.js';
import { isTold } from '../core/notice_level.js';
import { createCatalogue } from '../demo/catalogue/create.js';
import { manifest } from '../demo/catalogue/manifest.js';
import { FAULT_NAMES, type FaultName, type FaultRates } from '../demo/faults.js';
import type { DemoServerOptions } from '../demo/options.js';
import { type DemoReport, DemoServer } from '../demo/server.js';
import type { Action, Call } from './command.js';
import { columns } from './format.js';
import type { Io } from './io.js';
import { record } from './records.js';

const MB = 2 ** 20;

function faultRates(settings: Settings): FaultRates {
  const rates: Partial<Record<FaultName, number>> = {};
  for (const [name, rate] of settings.get('fault')) {
    const fault = FAULT_NAMES.find((known) => known === name);
    if (fault === undefined) {
      const near = nearest(name, FAULT_NAMES);
      const hint = near === undefined ? `There are: ${FAULT_NAMES.join(', ')}` : `Did you mean ${near}?`;
      throw new TadError('usage', `unknown fault '${name}'`, hint);
    }
    rates[fault] = rate;
  }
  return rates;
}

function serverOptions({ settings, io }: Call, keyFile: string): DemoServerOptions {
  const port = settings.get('port');
  const bandwidth = settings.get('bandwidth');
  const stateFile = settings.get('state');
  const level = settings.get('quiet') ? 'error' : settings.get('log-level');
  return {
    seed: settings.get('seed'),
    chats: settings.get('chats'),
    tracks: settings.get('tracks'),
    fileMb: settings.get('file-mb'),
    latencyMs: settings.get('latency-ms'),
    faults: faultRates(settings),
    ports: port === 0 ? [] : [port, port + 1],
    keyFile,
    log: (entry) => {
      if (isTold(entry.level, level)) io.stderr.line(`tad: ${entry.text}`);
    },
    ...(bandwidth > 0 && { bandwidth: bandwidth * MB }),
    ...(stateFile !== undefined && { stateFile }),
  };
}

async function printManifest({ io, settings, signal }: Call): Promise<void> {
  const catalogue = createCatalogue({
    seed: settings.get('seed'),
    chats: settings.get('chats'),
    tracks: settings.get('tracks'),
    fileMb: settings.get('file-mb'),
  });
  for (const entry of manifest(catalogue)) {
    // Computing an entry blocks: a signal is only heard in between.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return;
    await io.stdout.lineWhenReady(JSON.stringify(entry));
  }
}

function tellReport(io: Io, { faults, ignoredFloods, requests, traffic }: DemoReport): void {
  const rows = Object.entries(faults).map(([name, times]) => [`  ${name}`, String(times)]);
  const calls = Object.values(requests).reduce((sum, times) => sum + times, 0);
  io.stderr.line(`tad: served ${calls} calls on ${traffic.connectionsTotal} connections`);
  if (rows.length === 0) return;
  io.stderr.line('tad: made go wrong, times:');
  for (const line of columns(rows)) io.stderr.line(line);
  if (ignoredFloods > 0) io.stderr.line(`tad: ${ignoredFloods} calls came within a flood wait`);
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function serve(call: Call, keyFile: string): Promise<void> {
  const { io, settings, signal } = call;
  const options = serverOptions(call, keyFile);
  await using server = await DemoServer.start(options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TadError('usage', `cannot serve: ${reason}`, undefined, { cause: error });
  });
  const { publicKeyPem: _, ...listening } = server.listening;
  io.stdout.line(record(io.now(), 'demo.listening', listening));
  if (!settings.get('quiet') && !settings.get('json')) {
    const [home] = listening.dcs;
    io.stderr.line('tad: serving until Ctrl-C. From another terminal, with phone and code from above:');
    io.stderr.line(
      `  tad --home ./demo-home --server ${listening.host}:${home?.port} --server-key ${listening.publicKeyFile} login`,
    );
  }
  await untilStopped(signal);
  const report = server.report();
  if (settings.get('json')) io.stdout.line(record(io.now(), 'demo.report', report));
  else if (!settings.get('quiet')) tellReport(io, report);
}

export const demoServer: Action = async (call) => {
  if (call.settings.get('manifest')) {
    await printManifest(call);
    return 0;
  }
  const named = call.settings.get('key');
  if (named !== undefined) {
    await serve(call, named);
    return 0;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tad-demo-'));
  try {
    await serve(call, join(directory, 'key.pem'));
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
