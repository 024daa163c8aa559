#!/usr/bin/env node
// The launcher. It must parse and run on every Node from 12.20 on, for the system's Node may be older than the one
// that tad needs (better-sqlite3 segfaults on Node 20): then it hands over to the Node installed beside it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 22; // as package.json, engines
const here = fileURLToPath(import.meta.url);

function refuse(line) {
  process.stderr.write(`tad: ${line}\n`);
  process.exitCode = 2;
}

/** The executable of the npm package `node`, if it is installed with tad and new enough. */
function nodeBeside() {
  try {
    const manifest = createRequire(here).resolve('node/package.json');
    if (parseInt(JSON.parse(readFileSync(manifest, 'utf8')).version, 10) < NEEDED) return undefined;
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch (_) {
    return undefined;
  }
}

/** Runs tad under another Node as if it were this process: same streams, same signals, same end. */
function handOver(node) {
  // The channel is a lifeline: when this process is killed, the other one notices (src/cli/lifeline.ts).
  const child = spawn(node, [here].concat(process.argv.slice(2)), { stdio: [0, 1, 2, 'ipc'] });
  const signals = process.platform === 'win32' ? ['SIGINT'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => refuse(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code);
    }
    for (const name of signals) process.removeListener(name, forward);
    process.kill(process.pid, signal);
  });
}

function start() {
  if (parseInt(process.versions.node, 10) < NEEDED) {
    const node = nodeBeside();
    if (node !== undefined) return handOver(node);
    return refuse(
      `Node.js ${NEEDED} or newer is needed, this is ${process.versions.node}. Install it from https://nodejs.org`,
    );
  }
  const main = join(dirname(here), '..', 'dist', 'main.js');
  if (!existsSync(main)) return refuse('not built yet, dist/main.js is missing. Run: npm run build');
  process.env.NODE_ENV = 'production';
  // Colour libraries know FORCE_COLOR; not all of them know https://no-color.org
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
  return import('../dist/main.js');
}

start();
