import type { Catalogue } from '../catalogue/catalogue.js';
import type { Faults } from '../faults.js';
import type { UpdatePusher } from '../mtproto/rpc.js';
import type { ExportedLogins } from './exported_logins.js';
import type { FileRegistry } from './file_registry.js';
import type { LoginTokens } from './login_tokens.js';
import type { Logins } from './logins.js';
import type { Memberships } from './memberships.js';
import type { PhoneCodes } from './phone_codes.js';
import type { Searches } from './searches.js';
import type { SrpChallenges } from './srp.js';
import type { Trouble } from './trouble.js';
import type { UpdateLog } from './update_log.js';

export interface DataCentre {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Everything that the methods share. One world serves all data centres, as Telegram's does. */
export interface World {
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  readonly trouble: Trouble;
  readonly logins: Logins;
  readonly exportedLogins: ExportedLogins;
  readonly phoneCodes: PhoneCodes;
  readonly srp: SrpChallenges;
  readonly loginTokens: LoginTokens;
  readonly files: FileRegistry;
  readonly memberships: Memberships;
  readonly searches: Searches;
  readonly updates: UpdateLog;
  readonly pusher: UpdatePusher;
  /** Known once the sockets are bound. */
  readonly dataCentres: () => readonly DataCentre[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: (entry: LogEntry) => void;
}

/** Accounts live here unless their number says otherwise. */
export const HOME_DC = 2;
