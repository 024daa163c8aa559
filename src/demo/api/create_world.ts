import { createHash } from 'node:crypto';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Faults } from '../faults.js';
import type { UpdatePusher } from '../mtproto/rpc.js';
import { ExportedLogins } from './exported_logins.js';
import { FileReferences } from './file_reference.js';
import { FileRegistry } from './file_registry.js';
import { loadLogins, saveLogins } from './login_file.js';
import { LoginTokens } from './login_tokens.js';
import { Logins } from './logins.js';
import { Memberships } from './memberships.js';
import { PhoneCodes } from './phone_codes.js';
import { Searches } from './searches.js';
import { SrpChallenges } from './srp.js';
import { Trouble } from './trouble.js';
import { UpdateLog } from './update_log.js';
import type { DataCentre, LogEntry, World } from './world.js';

/** A call that comes this soon after a flood error may have been on its way already. */
const FLOOD_GRACE_MS = 250;

export interface WorldOptions {
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  readonly pusher: UpdatePusher;
  readonly dataCentres: () => readonly DataCentre[];
  readonly clock: () => number;
  readonly log: (entry: LogEntry) => void;
  readonly floodSeconds: readonly [number, number];
  readonly referenceLifetimeSeconds: number;
  /** Added to the time in which a call may have been on its way when a flood error was sent. */
  readonly latencyMs: number;
  readonly stateFile?: string;
}

/** @throws Error when the state file is damaged */
export function createWorld(options: WorldOptions): World {
  const { catalogue, faults, clock, stateFile } = options;
  const { seed } = catalogue.options;
  const secret = createHash('sha256').update(`file references ${seed}`).digest();
  const references = new FileReferences(secret, options.referenceLifetimeSeconds, clock);
  const logins: Logins =
    stateFile === undefined
      ? new Logins()
      : new Logins(loadLogins(stateFile), () => saveLogins(stateFile, logins.all()));
  return {
    catalogue,
    faults,
    logins,
    clock,
    trouble: new Trouble(faults, {
      seed,
      floodSeconds: options.floodSeconds,
      graceMs: FLOOD_GRACE_MS + options.latencyMs,
      clock,
    }),
    exportedLogins: new ExportedLogins(clock),
    phoneCodes: new PhoneCodes(clock),
    srp: new SrpChallenges(),
    loginTokens: new LoginTokens(clock),
    files: new FileRegistry(references),
    memberships: new Memberships(catalogue),
    searches: new Searches(),
    updates: new UpdateLog(),
    pusher: options.pusher,
    dataCentres: options.dataCentres,
    log: options.log,
  };
}
