import type { Home } from '../core/config/home.js';
import type { Settings } from '../core/config/resolve.js';
import type { SettingKey } from '../core/config/settings.js';
import type { HostPort } from '../core/config/values.js';
import type { Core } from '../core/face.js';
import type { ApiCredentials } from './api_credentials.js';
import type { Io } from './io.js';

/** What a core is opened with. */
export interface CoreRequest extends ApiCredentials {
  readonly home: Home;
  /** Absolute directory for files that are not part of a run with a directory of its own. */
  readonly outDir: string;
  /** Another server than Telegram's own. */
  readonly server?: HostPort;
  /** Its RSA public key (PEM). */
  readonly serverKeyFile?: string;
  readonly proxy?: string;
  /** Files at once, of messages that are queued one by one. */
  readonly parallel: number;
  /** Bytes per second. */
  readonly rateLimit?: number;
  /** Bytes. */
  readonly minFree: number;
  /** Bytes; the core's own default when absent. */
  readonly memoryBudget?: number;
  /** Somebody sits before it: what answers them comes before what fetches. */
  readonly hasScreen?: boolean;
}

export type OpenCore = (request: CoreRequest) => Promise<Core>;

/** What a command is given to do its work. */
export interface Call {
  readonly args: readonly string[];
  readonly settings: Settings;
  readonly home: Home;
  readonly io: Io;
  readonly openCore: OpenCore;
  /** Aborted by a signal, or when nobody reads stdout any more. */
  readonly signal: AbortSignal;
}

/** @returns the exit code; @throws TadError, which decides it */
export type Action = (call: Call) => Promise<number>;

/** A command as the command line knows it; what it does is loaded when it is called. */
export interface CommandSpec {
  readonly name: string;
  /** As commander writes them: `<chat...>`, `[id]`. */
  readonly args?: string;
  readonly summary: string;
  /** Said under the summary in the command's own help. */
  readonly details?: string;
  /** Options of this command besides the global ones. */
  readonly settings: readonly SettingKey[];
  readonly examples: readonly (readonly [call: string, meaning: string])[];
  readonly load: () => Promise<Action>;
}
