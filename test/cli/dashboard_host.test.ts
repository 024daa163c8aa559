import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import type { CoreRequest } from '../../src/cli/command.js';
import { countUnfinished } from '../../src/cli/dashboard.js';
import { CliDashboardHost, type DashboardStart } from '../../src/cli/dashboard_host.js';
import { Output, type OutputStream } from '../../src/cli/output.js';
import { homeLayout } from '../../src/core/config/home.js';
import { resolveSettings } from '../../src/core/config/resolve.js';
import { SETTING_KEYS, type SettingKey } from '../../src/core/config/settings.js';
import { FakeCore } from './fake_core.js';
import { FakeStream, temporaryDirectory } from './fake_io.js';

const NEVER = new AbortController().signal;
const API_HASH = '0123456789abcdef0123456789abcdef';

/** The dashboard's outside with a home of its own and a core that does nothing. */
function makeHost(
  start: DashboardStart = {},
  written: { readonly flags?: [SettingKey, string][]; readonly env?: Record<string, string> } = {},
) {
  const root = temporaryDirectory();
  const home = homeLayout(root, 'default');
  const core = new FakeCore();
  const requests: CoreRequest[] = [];
  const sources = { flags: new Map(written.flags ?? []), env: { TAD_HOME: root, ...written.env }, files: [] };
  const host = new CliDashboardHost(
    {
      args: [],
      settings: resolveSettings(sources, SETTING_KEYS),
      home,
      io: {
        stdin: new PassThrough(),
        stdout: new Output(new FakeStream() as OutputStream),
        stderr: new Output(new FakeStream() as OutputStream),
        env: sources.env,
        now: Date.now,
      },
      openCore: async (request) => {
        requests.push(request);
        return core;
      },
      signal: NEVER,
    },
    start,
  );
  const row = (key: SettingKey) => host.settings().find((found) => found.key === key);
  const file = () => (existsSync(home.profileConfigFile) ? readFileSync(home.profileConfigFile, 'utf8') : '');
  return { host, core, requests, row, file, root };
}

const CREDENTIALS = { TAD_API_ID: '12', TAD_API_HASH: API_HASH };

describe('what the person said about the account', () => {
  it('is kept when Telegram has accepted it, not before', async () => {
    const { host, file, requests } = makeHost();
    await using _ = host;
    await host.openCore({ kind: 'account', apiId: 7, apiHash: API_HASH }, NEVER);
    expect(requests[0]).toMatchObject({ apiId: 7, apiHash: API_HASH });
    expect(file()).toBe('');
    host.accepted();
    expect(file()).toContain(API_HASH);
  });

  it('may be said again: another api id gets another core', async () => {
    const { host, requests } = makeHost({}, { env: CREDENTIALS });
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    await host.openCore({ kind: 'configured' }, NEVER);
    await host.openCore({ kind: 'account', apiId: 7, apiHash: API_HASH }, NEVER);
    expect(requests.map(({ apiId }) => apiId)).toEqual([12, 7]);
  });
});

describe('settings', () => {
  it('are written to the file, taken out of it again, and shown as what is in force', async () => {
    const { host, file, row } = makeHost({}, { env: CREDENTIALS });
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    expect(row('parallel')).toMatchObject({ value: '4', origin: 'default', editable: true });
    expect(row('parallel')).not.toHaveProperty('written');
    host.changeSetting('parallel', ' 7 ');
    expect(row('parallel')).toMatchObject({ value: '7', written: '7', origin: 'file' });
    expect(file()).toContain('parallel');
    host.changeSetting('parallel', '');
    expect(row('parallel')).toMatchObject({ value: '4', origin: 'default' });
    expect(file()).not.toContain('parallel');
    expect(() => host.changeSetting('parallel', 'many')).toThrow('whole number');
    expect(() => host.changeSetting('proxy', 'socks5://x')).toThrow('cannot be changed here');
    expect(row('api-hash')).toMatchObject({ value: '(hidden)', editable: false });
  });

  it('that an option or the environment decides cannot be changed here', async () => {
    const { row } = makeHost({}, { flags: [['parallel', '2']], env: { ...CREDENTIALS, TAD_MIN_FREE: '1G' } });
    expect(row('parallel')).toMatchObject({ value: '2', origin: 'flag', editable: false });
    expect(row('min-free')).toMatchObject({ value: '1G', origin: 'env', editable: false });
  });

  it('that change at once do so, and are kept', async () => {
    const { host, core, row, file } = makeHost({}, { env: CREDENTIALS });
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    expect(row('player')).toMatchObject({ value: 'the program of the system', editable: true });
    host.changeSetting('player', 'false --quiet');
    const text = new Promise<string>((resolve) => core.events.on('notice', (notice) => resolve(notice.text)));
    host.openExternally('play', '/music/one.mp3', () => {});
    expect(await text).toBe('false could not play /music/one.mp3 (exit code 1)');
    host.changeSetting('limit-rate', '3M');
    expect(core.asked).toContain(`limit ${3 * 2 ** 20}`);
    expect(JSON.parse(file())).toEqual({ player: 'false --quiet', 'limit-rate': '3M' });
  });

  it('that the dashboard looks by come from option, environment or file, and are changed for the next start', async () => {
    const { row } = makeHost({}, { flags: [['ascii', 'true']], env: { ...CREDENTIALS, TAD_THEME: 'light' } });
    expect(row('theme')).toMatchObject({ value: 'light', origin: 'env', editable: false });
    expect(row('ascii')).toMatchObject({ value: 'true', origin: 'flag', editable: false });
    const { host, row: fresh, file } = makeHost({}, { env: CREDENTIALS });
    expect(fresh('theme')).toMatchObject({
      value: 'as the terminal says',
      origin: 'default',
      editable: true,
    });
    expect(() => host.changeSetting('theme', 'pink')).toThrow('dark, light, plain');
    host.changeSetting('theme', 'plain');
    expect(fresh('theme')).toMatchObject({ value: 'plain', origin: 'file' });
    expect(file()).toContain('plain');
  });

  it('show the limit that is set now, by whatever key', async () => {
    const { host, core, row } = makeHost({}, { env: CREDENTIALS });
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    const status = core.status.bind(core);
    core.status = () => ({ ...status(), rateLimit: 2 ** 21 });
    expect(row('limit-rate')?.value).toBe('2.0 MB/s');
  });
});

describe('what GramJS says at debug', () => {
  it.each([
    ['info', false],
    ['debug', true],
  ] as const)('with log-level %s is in the log file: %s', async (level, isKept) => {
    const { host, core, root } = makeHost({}, { flags: [['log-level', level]], env: CREDENTIALS });
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    core.events.emit('notice', { level: 'debug', text: 'gramjs debug: put in a queue' });
    core.events.emit('notice', { level: 'warning', text: 'a warning' });
    const log = readFileSync(homeLayout(root, 'default').logFile, 'utf8');
    expect(host.logLevel).toBe(level);
    expect(log).toContain('a warning');
    expect(log.includes('gramjs')).toBe(isKept);
  });
});

describe('a program that is started for a file', () => {
  it('tells when it cannot be run, and when it fails', async () => {
    const { host, core } = makeHost({}, { env: { ...CREDENTIALS, TAD_PLAYER: 'false' } });
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    const notices: string[] = [];
    core.events.on('notice', ({ text }) => notices.push(text));
    host.openExternally('play', join('/music', 'one.mp3'), () => {});
    await vi.waitFor(() => expect(notices).toEqual(['false could not play /music/one.mp3 (exit code 1)']));
    const missing = makeHost({}, { env: { ...CREDENTIALS, TAD_PLAYER: 'no-such-player' } });
    await using _missing = missing.host;
    await missing.host.openCore({ kind: 'configured' }, NEVER);
    const text = new Promise<string>((resolve) => {
      missing.core.events.on('notice', (notice) => resolve(notice.text));
    });
    missing.host.openExternally('play', '/music/one.mp3', () => {});
    expect(await text).toContain('no-such-player is not installed here');
  });
});

describe('what is unfinished at the end', () => {
  it('is what is under way, what waits with the downloader, and what it has not taken: each once', () => {
    const status = () => ({ underWay: 2, queued: 500 });
    expect(countUnfinished({ status, library: { notYetTaken: () => 40 } })).toBe(542);
  });
});

describe('the demo', () => {
  it('writes nothing to the account’s profile', async () => {
    const { host, row, file } = makeHost(
      { choice: { kind: 'demo' } },
      {
        flags: [
          ['chats', '1'],
          ['tracks', '1'],
          ['file-mb', '1'],
        ],
      },
    );
    await using _ = host;
    await host.openCore({ kind: 'configured' }, NEVER);
    expect(row('profile')?.value).toMatch(/^demo/);
    expect(row('server')?.value).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(row('parallel')?.editable).toBe(false);
    expect(() => host.changeSetting('parallel', '7')).toThrow('cannot be changed here');
    host.changeSetting('limit-rate', '2M');
    expect(file()).toBe('');
  });

  it('keeps a limit for its next start, in its own profile', async () => {
    const { root } = makeHost();
    const flags: [SettingKey, string][] = [
      ['home', root],
      ['chats', '1'],
      ['tracks', '1'],
    ];
    for (const expected of ['limit none', `limit ${2 * 2 ** 20}`]) {
      const { host, core, row } = makeHost({ choice: { kind: 'demo' } }, { flags });
      await using _ = host;
      await host.openCore({ kind: 'configured' }, NEVER);
      expect(core.asked[0]).toBe(expected);
      host.changeSetting('limit-rate', '2M');
      expect(row('limit-rate')).toMatchObject({ written: '2M', origin: 'file' });
    }
  });
});
