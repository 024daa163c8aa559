import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../cli/fake_io.js';

const LAUNCHER = join(import.meta.dirname, '../../bin/tad.js');
const NEEDED = 22;

interface Installation {
  readonly root: string;
  /** Makes whoever loads it believe in another Node version. */
  readonly pretend: string;
}

/** A copy of the launcher with a main of its own, so that nothing need be built. */
function install(main: string | undefined, nodeBeside?: { readonly version: string }): Installation {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'bin'));
  copyFileSync(LAUNCHER, join(root, 'bin/tad.js'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  if (main !== undefined) {
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'dist/main.js'), main);
  }
  if (nodeBeside !== undefined) {
    mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true });
    writeFileSync(join(root, 'node_modules/node/package.json'), JSON.stringify(nodeBeside));
    const node = join(root, 'node_modules/node/bin/node');
    writeFileSync(node, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
    chmodSync(node, 0o755);
  }
  const pretend = join(root, 'pretend.cjs');
  writeFileSync(
    pretend,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });",
  );
  return { root, pretend };
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(
  { root, pretend }: Installation,
  options: { old: boolean; env?: object; args?: string[] },
): ChildProcess {
  const preload = options.old ? ['--require', pretend] : [];
  return spawn(process.execPath, [...preload, join(root, 'bin/tad.js'), ...(options.args ?? [])], {
    env: { PATH: process.env['PATH'], ...options.env },
  });
}

async function ending(child: ChildProcess): Promise<Ending> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout, stderr };
}

const REPORT =
  'console.log(JSON.stringify({ node: process.versions.node, env: process.env, argv: process.argv }));';

describe('bin/tad.js', () => {
  it('needs the Node version that package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(manifest.engines.node).toBe(`>=${NEEDED}`);
    expect(readFileSync(LAUNCHER, 'utf8')).toContain(`const NEEDED = ${NEEDED};`);
  });

  it('uses no syntax that Node 12 cannot parse', () => {
    const code = readFileSync(LAUNCHER, 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    expect(code).not.toMatch(/\?\.|\?\?|\bawait\b|&&=|\|\|=|#\w+|\bwith\s*\{/);
  });

  it('runs main with NODE_ENV and colour set', async () => {
    const { stdout, code } = await ending(
      launch(install(REPORT), { old: false, env: { NO_COLOR: '1' }, args: ['a b'] }),
    );
    const seen = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(seen.env).toMatchObject({ NODE_ENV: 'production', FORCE_COLOR: '0' });
    expect(seen.argv.slice(2)).toEqual(['a b']);
  });

  it('leaves colour alone without NO_COLOR', async () => {
    const { stdout } = await ending(launch(install(REPORT), { old: false }));
    expect(JSON.parse(stdout).env.FORCE_COLOR).toBeUndefined();
  });

  it('says in one line that it is not built', async () => {
    const result = await ending(launch(install(undefined), { old: false }));
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toBe('tad: not built yet, dist/main.js is missing. Run: npm run build\n');
  });

  it('says in one line which Node is needed when there is no other one', async () => {
    const result = await ending(launch(install(REPORT), { old: true }));
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toBe(
      'tad: Node.js 22 or newer is needed, this is 18.20.0. Install it from https://nodejs.org\n',
    );
  });

  it('does not hand over to a Node that is too old as well', async () => {
    const result = await ending(launch(install(REPORT, { version: '20.1.0' }), { old: true }));
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });

  it('hands over to the Node beside it: arguments, streams and exit code', async () => {
    const main =
      'process.stdin.on("data", (d) => { console.log(process.argv[2] + d); process.exitCode = 7; })';
    const child = launch(install(main, { version: '24.1.0' }), { old: true, args: ['x='] });
    child.stdin!.end('input');
    expect(await ending(child)).toEqual({ code: 7, signal: null, stdout: 'x=input\n', stderr: '' });
  });

  it.skipIf(process.platform === 'win32').each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('passes %s on and keeps the exit code', async (signal, code) => {
    const main = `process.on('${signal}', () => process.exit(${code})); setInterval(() => {}, 1000); console.log('ready');`;
    const child = launch(install(main, { version: '24.1.0' }), { old: true });
    await once(child.stdout!, 'data');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([code, null]);
  });

  it.skipIf(process.platform === 'win32')('dies of the signal that the other one died of', async () => {
    const main = "console.log('ready'); process.kill(process.pid, 'SIGKILL');";
    const child = launch(install(main, { version: '24.1.0' }), { old: true });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  });

  it('runs the real thing under the Node that is on the PATH', async () => {
    const started = execFile('node', [LAUNCHER, 'version'], {
      env: { ...process.env, TAD_HOME: temporaryDirectory() },
    });
    const result = await ending(started);
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/^tad \d+\.\d+\.\d+ \(Node\.js (2[2-9]|[3-9]\d)\./);
    expect(result.code).toBe(0);
  });
});
