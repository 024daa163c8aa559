import { spawn } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DashboardHost, SessionChoice, SettingRow } from '../components/host.js';
import { updateConfigFile } from '../core/config/config_file.js';
import { parseSetting } from '../core/config/resolve.js';
import { isSettingKey, type SettingKey, setting } from '../core/config/settings.js';
import { startControlServer } from '../core/control/server.js';
import { AsyncDisposables } from '../core/disposables.js';
import { TadError } from '../core/errors.js';
import type { Core, DownloadRequest } from '../core/face.js';
import { knownCredentials } from './api_credentials.js';
import type { Call, CoreRequest } from './command.js';
import { enterDemo, startDemoSession } from './demo_session.js';
import { outDirOf } from './out_dir.js';
import { qrLines } from './qr.js';
import { coreRequest, keepLog } from './session.js';
import { packageVersion } from './version.js';

/** What the dashboard is opened with, besides the call. */
export interface DashboardStart {
  /** Chosen by the command (`tad demo`); otherwise the options or the person decide. */
  readonly choice?: SessionChoice;
  /** Chats whose download is started at once. */
  readonly targets?: readonly string[];
}

/** What the dashboard goes by; the other options belong to commands. */
const SHOWN: readonly SettingKey[] = [
  'out',
  'kind',
  'parallel',
  'limit-rate',
  'min-free',
  'memory-budget',
  'home',
  'profile',
  'api-id',
  'api-hash',
  'proxy',
  'server',
  'server-key',
  'log-level',
];
/** Options that may change while tad runs; the others are read when it starts. */
const LIVE: ReadonlySet<SettingKey> = new Set<SettingKey>(['limit-rate']);
/** Options that may be written to the config file from the dashboard, for the next start. */
const WRITABLE: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'out',
  'parallel',
  'kind',
  'limit-rate',
  'min-free',
  'memory-budget',
]);

/** The dashboard's outside: sessions, settings and the desktop. Closes what it opened when disposed. */
export class CliDashboardHost implements DashboardHost, AsyncDisposable {
  readonly configured: boolean;
  readonly targets: readonly string[];
  readonly version = packageVersion();
  readonly qrLines = qrLines;
  readonly #call: Call;
  readonly #choice: SessionChoice | undefined;
  readonly #changed = new Map<SettingKey, string>();
  readonly #stack = new AsyncDisposables();
  #core: Core | undefined;
  #outDir: string;
  /** Of the profile that was opened: the demo has one of its own. */
  #stateFile: string | undefined;

  constructor(call: Call, { choice, targets = [] }: DashboardStart) {
    this.#call = call;
    this.#choice = choice;
    this.targets = targets;
    this.configured = choice !== undefined || knownCredentials(call.settings) !== undefined;
    this.#outDir = outDirOf(call.settings);
  }

  get request(): DownloadRequest {
    const { settings } = this.#call;
    return {
      outDir: this.#outDir,
      kinds: settings.get('kind'),
      parallel: settings.get('parallel'),
      dryRun: false,
      // A dashboard is left open: it waits for room and for the network as long as it takes.
      roomWaitSeconds: Number.POSITIVE_INFINITY,
      giveUpSeconds: Number.POSITIVE_INFINITY,
    };
  }

  async openCore(choice: SessionChoice, signal: AbortSignal): Promise<Core> {
    const wanted = choice.kind === 'configured' ? (this.#choice ?? choice) : choice;
    // A second attempt goes on with the core that is open already.
    if (this.#core !== undefined) return this.#core;
    if (wanted.kind === 'demo') {
      const session = this.#stack.use(await startDemoSession(this.#call));
      const core = await this.#open(session.request);
      await enterDemo(core, session.listening, signal);
      return core;
    }
    return await this.#open(this.#accountRequest(wanted));
  }

  settings(): readonly SettingRow[] {
    const { settings } = this.#call;
    return SHOWN.map((key) => {
      const { help, fallback, fallbackText, secret } = setting(key);
      const written = settings.written(key);
      const changed = this.#changed.get(key);
      const inForce = key === 'out' ? this.#outDir : (fallbackText ?? String(fallback ?? '-'));
      const value = changed ?? written?.text ?? inForce;
      return {
        key,
        value: secret && (written !== undefined || changed !== undefined) ? '(hidden)' : value,
        origin: changed !== undefined ? 'file' : (written?.origin ?? 'default'),
        description: LIVE.has(key)
          ? `${help}; changes at once`
          : WRITABLE.has(key)
            ? `${help}; from the next start`
            : help,
        // A flag or the environment would win over the file, so that a change would do nothing.
        editable: WRITABLE.has(key) && written?.origin !== 'flag' && written?.origin !== 'env',
      };
    });
  }

  changeSetting(key: string, value: string): void {
    if (!isSettingKey(key) || !WRITABLE.has(key))
      throw new TadError('usage', `${key} cannot be changed here`);
    const text = value.trim();
    const parsed = text === '' ? undefined : parseSetting(key, { text, source: key });
    updateConfigFile(this.#call.home.profileConfigFile, new Map([[key, text === '' ? undefined : text]]));
    if (text === '') this.#changed.delete(key);
    else this.#changed.set(key, text);
    if (key === 'limit-rate') this.#core?.setRateLimit(typeof parsed === 'number' ? parsed : undefined);
  }

  loadState(): unknown {
    if (this.#stateFile === undefined) return undefined;
    try {
      return JSON.parse(readFileSync(this.#stateFile, 'utf8'));
    } catch {
      return undefined; // None yet, or not ours: the dashboard starts as new.
    }
  }

  /** At once: the next change may be a power cut. */
  saveState(state: unknown): void {
    if (this.#stateFile === undefined) return;
    const draft = `${this.#stateFile}.new`;
    try {
      writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
      renameSync(draft, this.#stateFile);
    } catch {
      // Where the cursor was is not worth a failure.
    }
  }

  openExternally(how: 'open' | 'reveal' | 'play', path: string): void {
    const player = this.#call.io.env['TAD_PLAYER'];
    const [program, ...args] = how === 'play' && player ? [...player.split(' '), path] : opener(how, path);
    if (program === undefined) return;
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.on('error', (error) => {
      this.#core?.events.emit('notice', {
        level: 'error',
        text: `cannot run ${program}: ${error.message}`,
        detail: 'set TAD_PLAYER to the player you like',
      });
    });
    child.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }

  async #open(request: CoreRequest): Promise<Core> {
    const { home } = request;
    this.#outDir = request.outDir;
    this.#stateFile = join(home.profileDir, 'dashboard.json');
    await mkdir(home.profileDir, { recursive: true, mode: 0o700 });
    const core = this.#stack.use(await this.#call.openCore(request));
    this.#stack.use(keepLog(this.#call, core, home.logFile));
    this.#stack.use(await startControlServer({ core, path: home.controlPath, directory: home.profileDir }));
    this.#core = core;
    return core;
  }

  #accountRequest(choice: SessionChoice): CoreRequest {
    const known = knownCredentials(this.#call.settings);
    if (choice.kind !== 'account') {
      if (known === undefined)
        throw new TadError('usage', 'the api id and hash are missing', 'Run: tad login');
      return coreRequest(this.#call, known);
    }
    const { apiId, apiHash } = choice;
    updateConfigFile(
      this.#call.home.profileConfigFile,
      new Map<SettingKey, string>([
        ['api-id', String(apiId)],
        ['api-hash', apiHash],
      ]),
    );
    return coreRequest(this.#call, { apiId, apiHash });
  }
}

/** The platform's way to open a file, or to show it in its folder. */
function opener(how: 'open' | 'reveal' | 'play', path: string): readonly string[] {
  switch (process.platform) {
    case 'darwin':
      return how === 'reveal' ? ['open', '-R', path] : ['open', path];
    case 'win32':
      return how === 'reveal' ? ['explorer', `/select,${path}`] : ['explorer', path];
    default:
      return ['xdg-open', how === 'reveal' ? dirname(path) : path];
  }
}
