import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DashboardHost, SessionChoice, SettingRow } from '../components/host.js';
import { readConfigFile, updateConfigFile } from '../core/config/config_file.js';
import type { Home } from '../core/config/home.js';
import { parseSetting } from '../core/config/resolve.js';
import { isSettingKey, type SettingKey, setting } from '../core/config/settings.js';
import { startControlServer } from '../core/control/server.js';
import { AsyncDisposables } from '../core/disposables.js';
import { TadError } from '../core/errors.js';
import type { NoticeLevel } from '../core/events.js';
import type { Core, DownloadRequest } from '../core/face.js';
import { makeDirectories } from '../core/make_directories.js';
import { type ApiCredentials, knownCredentials } from './api_credentials.js';
import type { Call, CoreRequest } from './command.js';
import { enterDemo, startDemoSession } from './demo_session.js';
import { formatRate } from './format.js';
import { type Opening, openExternally } from './open_externally.js';
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
  'theme',
  'ascii',
  'player',
];
/** Options that may change while tad runs; the others are read when it starts. */
const LIVE: readonly SettingKey[] = ['limit-rate', 'player'];
/** Options that may be written to the config file from the dashboard, for the next start. */
const WRITABLE: ReadonlySet<SettingKey> = new Set<SettingKey>([
  ...LIVE,
  'out',
  'parallel',
  'kind',
  'min-free',
  'memory-budget',
  'theme',
  'ascii',
]);

/** Megabytes per second: from a server on the same machine every file would be there before anybody has seen it come. */
const DEMO_MB_PER_SECOND = '12';

/** The dashboard's outside: sessions, settings and the desktop. Closes what it opened when disposed. */
export class CliDashboardHost implements DashboardHost, AsyncDisposable {
  readonly configured: boolean;
  readonly targets: readonly string[];
  readonly version = packageVersion();
  readonly qrLines = qrLines;
  readonly #call: Call;
  readonly #choice: SessionChoice | undefined;
  /** Since the start; undefined: taken out of the file. */
  readonly #changed = new Map<SettingKey, string | undefined>();
  readonly #stack = new AsyncDisposables();
  #core: Core | undefined;
  #opened: CoreRequest | undefined;
  #isDemo = false;
  /** Api id and hash as the person typed them, until Telegram has accepted them. */
  #typed: ApiCredentials | undefined;
  /** Of the profile that was opened: the demo has one of its own. */
  #stateFile: string | undefined;

  constructor(call: Call, { choice, targets = [] }: DashboardStart) {
    this.#call = call;
    this.#choice = choice;
    this.targets = targets;
    this.configured = choice !== undefined || knownCredentials(call.settings) !== undefined;
  }

  /** The one that is open. */
  get core(): Core | undefined {
    return this.#core;
  }

  get request(): DownloadRequest {
    const { settings } = this.#call;
    return {
      outDir: this.#opened?.outDir ?? outDirOf(settings),
      kinds: settings.get('kind'),
      parallel: settings.get('parallel'),
      dryRun: false,
      // A dashboard is left open: it waits for room and for the network as long as it takes.
      roomWaitSeconds: Number.POSITIVE_INFINITY,
      giveUpSeconds: Number.POSITIVE_INFINITY,
    };
  }

  get logLevel(): NoticeLevel {
    return this.#call.settings.get('log-level');
  }

  async openCore(choice: SessionChoice, signal: AbortSignal): Promise<Core> {
    const wanted = choice.kind === 'configured' ? (this.#choice ?? choice) : choice;
    // A second attempt goes on with the core that is open already, unless it is one for another api id.
    if (this.#core !== undefined && choice.kind !== 'account') return this.#core;
    await this.#close();
    if (wanted.kind !== 'demo') return await this.#open(this.#accountRequest(wanted));
    this.#isDemo = true;
    const session = this.#stack.use(await startDemoSession(this.#call, { bandwidth: DEMO_MB_PER_SECOND }));
    this.#takeOver(session.request.home);
    const core = await this.#open(session.request);
    this.#limitRate();
    try {
      await enterDemo(core, session.listening, signal);
    } catch (error) {
      // Half a demo is none: the next attempt begins anew.
      await this.#close();
      throw error;
    }
    return core;
  }

  accepted(): void {
    if (this.#typed === undefined) return;
    const { apiId, apiHash } = this.#typed;
    const entries = new Map<SettingKey, string>([
      ['api-id', String(apiId)],
      ['api-hash', apiHash],
    ]);
    updateConfigFile(this.#home.profileConfigFile, entries);
    for (const [key, text] of entries) this.#changed.set(key, text);
    this.#typed = undefined;
  }

  settings(): readonly SettingRow[] {
    return SHOWN.map((key) => {
      const { help, secret, notInFile } = setting(key);
      const { text, origin } = this.#written(key);
      // A flag or the environment would win over the file, so that a change would do nothing.
      const isGiven = origin === 'flag' || origin === 'env';
      const editable = LIVE.includes(key) || (this.#mayWrite(key) && !isGiven);
      const isHidden = secret && text !== undefined;
      return {
        key,
        value: isHidden ? '(hidden)' : (this.#inForce(key) ?? text ?? builtIn(key)),
        ...(text !== undefined && !isHidden && { written: text }),
        origin,
        description: LIVE.includes(key)
          ? `${help}; changes at once`
          : this.#mayWrite(key)
            ? `${help}; from the next start`
            : help,
        editable,
        ...(!editable && !isGiven && !notInFile && { command: `tad config set ${key} VALUE` }),
      };
    });
  }

  changeSetting(key: string, value: string): void {
    if (!isSettingKey(key) || !this.#mayWrite(key))
      throw new TadError('usage', `${key} cannot be changed here`);
    const text = value.trim() === '' ? undefined : value.trim();
    if (text !== undefined) parseSetting(key, { text, source: key });
    this.#changed.set(key, text);
    if (key === 'limit-rate') this.#limitRate();
    updateConfigFile(this.#home.profileConfigFile, new Map([[key, text]]));
  }

  loadState(): unknown {
    if (this.#stateFile === undefined) return undefined;
    try {
      return JSON.parse(readFileSync(this.#stateFile, 'utf8'));
    } catch {
      return undefined; // None yet, or not ours: the dashboard starts as new.
    }
  }

  /** By renaming, so that the file is whole however this process ends; the last changes do not outlive a power cut. */
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

  openExternally(how: Opening, path: string, onStarted: () => void): void {
    const complain = (problem: { readonly text: string; readonly detail: string }) =>
      this.#core?.events.emit('notice', { level: 'error', ...problem });
    openExternally(how, path, this.#written('player').text, { onStarted, complain });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }

  async #close(): Promise<void> {
    this.#core = undefined;
    await this.#stack[Symbol.asyncDispose]();
  }

  async #open(request: CoreRequest): Promise<Core> {
    const { home } = request;
    this.#opened = request;
    this.#stateFile = join(home.profileDir, 'dashboard.json');
    makeDirectories(home.profileDir, 0o700);
    const core = this.#stack.use(await this.#call.openCore({ ...request, hasScreen: true }));
    this.#stack.use(keepLog(this.#call, core, home.logFile));
    this.#stack.use(await startControlServer({ core, path: home.controlPath, directory: home.profileDir }));
    this.#core = core;
    return core;
  }

  #accountRequest(choice: SessionChoice): CoreRequest {
    const known = knownCredentials(this.#call.settings);
    if (choice.kind === 'account') {
      this.#typed = { apiId: choice.apiId, apiHash: choice.apiHash };
      return coreRequest(this.#call, this.#typed);
    }
    if (known === undefined) throw new TadError('usage', 'the api id and hash are missing', 'Run: tad login');
    return coreRequest(this.#call, known);
  }

  /** Of the profile that is open: the demo has one of its own. */
  get #home(): Home {
    return this.#opened?.home ?? this.#call.home;
  }

  /** The demo's options are those of its command, but for what may change while it runs: that is kept in its own profile. */
  #mayWrite(key: SettingKey): boolean {
    return this.#isDemo ? LIVE.includes(key) : WRITABLE.has(key);
  }

  /** What an earlier dashboard kept for this profile, of which nobody knew when the options were read. */
  #takeOver({ profileConfigFile }: Home): void {
    const entries = readConfigFile(profileConfigFile);
    for (const key of LIVE) {
      const { origin } = this.#written(key);
      const text = entries.get(key);
      if (text !== undefined && origin !== 'flag' && origin !== 'env') this.#changed.set(key, text);
    }
  }

  #limitRate(): void {
    const { text } = this.#written('limit-rate');
    const rate = text === undefined ? undefined : parseSetting('limit-rate', { text, source: 'limit-rate' });
    this.#core?.setRateLimit(typeof rate === 'number' ? rate : undefined);
  }

  #written(key: SettingKey): { readonly text: string | undefined; readonly origin: SettingRow['origin'] } {
    const written = this.#call.settings.written(key);
    if (!this.#changed.has(key)) return { text: written?.text, origin: written?.origin ?? 'default' };
    const text = this.#changed.get(key);
    return { text, origin: text === undefined ? 'default' : 'file' };
  }

  /** Where what was opened differs from what was written. */
  #inForce(key: SettingKey): string | undefined {
    const { outDir, server, home } = this.#opened ?? {};
    switch (key) {
      case 'out':
        return this.#changed.has(key) ? undefined : outDir;
      case 'profile':
        return home?.profile;
      case 'server':
        return server && `${server.host}:${server.port}`;
      case 'limit-rate': {
        const rate = this.#core?.status().rateLimit;
        return rate === undefined ? undefined : formatRate(rate);
      }
      default:
        return undefined;
    }
  }
}

function builtIn(key: SettingKey): string {
  const { fallback, fallbackText } = setting(key);
  return fallbackText ?? String(fallback ?? '-');
}
