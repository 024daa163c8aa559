import type { LogEntry } from './api/world.js';
import type { FaultRates } from './faults.js';

/** The data centres of the demo: accounts live on the first, files on both. */
export const DC_IDS = [2, 4] as const;

export interface DemoServerOptions {
  /** Same seed, same world, same bytes. Default 1. */
  readonly seed?: number;
  /** Chats with music besides the fixed cast. Default 8. */
  readonly chats?: number;
  /** Audio messages per music chat; 0, the default: each its own plausible number. */
  readonly tracks?: number;
  /** Size of every music file in MB (2^20); 0, the default: mixed. */
  readonly fileMb?: number;
  /** Added to everything that is sent. Default 0. */
  readonly latencyMs?: number;
  /** Bytes per second of all connections together; unlimited when absent. */
  readonly bandwidth?: number;
  readonly faults?: FaultRates;
  /** Shortest and longest flood wait, whole seconds. Default 1 to 2. */
  readonly floodSeconds?: readonly [number, number];
  /** How long a file reference stays good. Default: until the server stops. */
  readonly referenceLifetimeSeconds?: number;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Port of each data centre, in the order of DC_IDS; 0, the default, takes any that is free. */
  readonly ports?: readonly number[];
  /** The server's RSA key (PEM, made when the file does not exist); the public half goes to FILE.pub. */
  readonly keyFile?: string;
  /** Who is logged in outlives the process here (and the keys in FILE.keys). */
  readonly stateFile?: string;
  /** Milliseconds since 1970. Default Date.now. */
  readonly clock?: () => number;
  readonly log?: (entry: LogEntry) => void;
}

export const DEFAULTS = {
  seed: 1,
  chats: 8,
  tracks: 0,
  fileMb: 0,
  latencyMs: 0,
  floodSeconds: [1, 2],
  referenceLifetimeSeconds: Number.POSITIVE_INFINITY,
  host: '127.0.0.1',
} as const satisfies DemoServerOptions;
