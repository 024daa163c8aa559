import type { NoticeLevel } from '../core/events.js';
import type { Core, DownloadRequest } from '../core/face.js';

/** One setting as the settings view shows it. */
export interface SettingRow {
  readonly key: string;
  /** What is in force. */
  readonly value: string;
  /** What somebody wrote, to be changed; absent where nobody did and the built-in value is in force. */
  readonly written?: string;
  /** Where the value came from: a flag, the environment, the config file, or built in. */
  readonly origin: 'flag' | 'env' | 'file' | 'default';
  readonly description: string;
  /** Safe to change while running; the others say in which file to change them. */
  readonly editable: boolean;
  /** What changes it for the next start, where that is not done here. */
  readonly command?: string;
}

/** What the person chose on the first run. */
export type SessionChoice =
  | { readonly kind: 'configured' }
  | { readonly kind: 'demo' }
  | { readonly kind: 'account'; readonly apiId: number; readonly apiHash: string };

/** All that the dashboard needs from outside the core; the command line implements it. */
export interface DashboardHost {
  /** False on the first run, when neither api id nor demo has been chosen. */
  readonly configured: boolean;
  /**
   * Opens the core for a choice. The demo logs in by itself; an account may still have to.
   * @throws TadError
   */
  openCore(choice: SessionChoice, signal: AbortSignal): Promise<Core>;
  /** Telegram accepted the account: what the person said to get there is kept for the next start. */
  accepted(): void;
  /** Chats named on the command line: their work is queued as soon as the account is there. */
  readonly targets: readonly string[];
  readonly request: DownloadRequest;
  /** The least of what the log keeps. */
  readonly logLevel: NoticeLevel;
  settings(): readonly SettingRow[];
  /** @throws TadError `usage` when the value is not valid */
  changeSetting(key: string, value: string): void;
  /** View state of the last run, as JSON; undefined when there is none. */
  loadState(): unknown;
  saveState(state: unknown): void;
  /**
   * Opens a file with the system's program, shows it in the file manager, or plays it in the person's player.
   * @param onStarted that program runs; where it does not, a notice of the core says why
   */
  openExternally(how: 'open' | 'reveal' | 'play', path: string, onStarted: () => void): void;
  /** A QR code as lines of half blocks. */
  qrLines(text: string): readonly string[];
  readonly version: string;
}
