import type { AudioKind } from '../types.js';
import * as values from './values.js';

/**
 * One option of tad, wherever it is written: `--KEY` on the command line, `TAD_KEY` in the environment, `KEY` in a
 * config file.
 */
export interface Setting<T> {
  readonly help: string;
  /** What the value is called in the help; absent for a switch. */
  readonly placeholder?: string;
  readonly short?: string;
  readonly parse: values.Parser<T>;
  /** What it is when nobody says anything. */
  readonly fallback: T;
  /** The fallback in words, where its value alone would not tell. */
  readonly fallbackText?: string;
  /** `tad config` does not show the value. */
  readonly secret?: boolean;
  /** The config files are found by it, so it cannot stand in one. */
  readonly notInFile?: boolean;
  /** The name on the command line, where it is not the key. */
  readonly flag?: string;
}

function switchOff(help: string): Setting<boolean> {
  return { help, parse: values.boolean, fallback: false };
}

type Optional<T> = Setting<T | undefined>;

const AUDIO_KINDS: readonly AudioKind[] = ['music', 'voice', 'document'];

/** Every option there is. The one source for parsing, help, environment, config file and `tad config`. */
export const SETTINGS = {
  home: {
    help: 'directory of config, sessions and library',
    placeholder: 'DIR',
    parse: values.path,
    fallback: undefined,
    fallbackText: 'the usual places of the platform',
    notInFile: true,
  } as Optional<string>,
  profile: {
    help: 'account to act for; each has its own session and library',
    placeholder: 'NAME',
    parse: values.profileName,
    fallback: 'default',
    notInFile: true,
  } as Setting<string>,
  'no-ui': switchOff('never open the dashboard'),
  json: switchOff('NDJSON on stdout, one object a line'),
  quiet: switchOff('errors only on stderr, no progress'),
  'log-level': {
    help: 'least level of what is told on stderr and kept in the log file',
    placeholder: 'LEVEL',
    parse: values.choice('error', 'warning', 'info', 'debug'),
    fallback: 'info',
  } as Setting<'error' | 'warning' | 'info' | 'debug'>,
  proxy: {
    help: 'connect through a SOCKS5 proxy',
    placeholder: 'URL',
    parse: values.proxy,
    fallback: undefined,
    secret: true,
  } as Optional<string>,
  server: {
    help: 'another MTProto server: a test data centre, a self-hosted one, or tad demo-server',
    placeholder: 'HOST:PORT',
    parse: values.hostPort,
    fallback: undefined,
    fallbackText: 'Telegram',
  } as Optional<values.HostPort>,
  'server-key': {
    help: 'its RSA public key (PEM)',
    placeholder: 'FILE',
    parse: values.path,
    fallback: undefined,
  } as Optional<string>,

  'api-id': {
    help: 'api id from https://my.telegram.org',
    placeholder: 'ID',
    parse: values.integer(1, 2 ** 31 - 1),
    fallback: undefined,
  } as Optional<number>,
  'api-hash': {
    help: 'api hash from https://my.telegram.org',
    placeholder: 'HASH',
    parse: values.text,
    fallback: undefined,
    secret: true,
  } as Optional<string>,
  qr: switchOff('log in by scanning a QR code with a phone that is logged in'),

  out: {
    help: 'directory for the files',
    placeholder: 'DIR',
    short: 'o',
    parse: values.path,
    fallback: undefined,
    fallbackText: '~/Music/Telegram',
  } as Optional<string>,
  limit: {
    help: 'newest N audio messages of each chat only',
    placeholder: 'N',
    parse: values.integer(1),
    fallback: undefined,
    fallbackText: 'all',
  } as Optional<number>,
  parallel: {
    help: 'files at once; small ones share a place, up to eight',
    placeholder: 'N',
    parse: values.integer(1, 32),
    fallback: 4,
  } as Setting<number>,
  kind: {
    help: 'kinds of audio, with commas: music, voice, document (audio sent as a plain file)',
    placeholder: 'LIST',
    parse: values.list(values.choice(...AUDIO_KINDS)),
    fallback: AUDIO_KINDS,
    fallbackText: AUDIO_KINDS.join(','),
  } as Setting<readonly AudioKind[]>,
  'from-file': {
    help: 'also what this file names: one chat or link a line, or NDJSON of tad export',
    placeholder: 'FILE',
    parse: values.path,
    fallback: undefined,
  } as Optional<string>,
  'dry-run': switchOff('say what would be downloaded, download nothing'),
  'limit-rate': {
    help: 'bytes per second over all files, such as 500K/s or 2MB/s; 0: no limit',
    placeholder: 'RATE',
    parse: values.rate,
    fallback: undefined,
    fallbackText: 'no limit',
  } as Optional<number>,
  'min-free': {
    help: 'free space to leave on the disk; downloads wait below it',
    placeholder: 'SIZE',
    parse: values.size,
    fallback: 512 * 1024 ** 2,
    fallbackText: '512M',
  } as Setting<number>,
  'memory-budget': {
    help: 'memory that tad keeps within',
    placeholder: 'SIZE',
    parse: values.size,
    fallback: undefined,
    fallbackText: '512M, or three quarters of the container’s limit when that is lower',
  } as Optional<number>,

  theme: {
    help: 'colours of the dashboard: dark, light or plain',
    placeholder: 'NAME',
    parse: values.choice('dark', 'light', 'plain'),
    fallback: undefined,
    fallbackText: 'as the terminal says',
  } as Optional<'dark' | 'light' | 'plain'>,
  ascii: {
    help: 'draw the dashboard with ASCII only',
    parse: values.boolean,
    fallback: undefined,
    fallbackText: 'where the terminal has no more',
  } as Optional<boolean>,
  player: {
    help: 'program that plays a file of the library, with its arguments',
    placeholder: 'COMMAND',
    parse: values.command,
    fallback: undefined,
    fallbackText: 'the program of the system',
  } as Optional<string>,

  watch: switchOff('live screen'),
  cleanup: switchOff('clean up the memory of the running tad'),
  'profile-seconds': {
    help: 'sample allocations for so long and write a .heapprofile',
    placeholder: 'SECONDS',
    flag: 'profile',
    parse: values.integer(1, 3600),
    fallback: undefined,
  } as Optional<number>,
  repair: switchOff('fetch again what is missing or damaged'),

  port: {
    help: 'port of the first data centre, the second takes the next; 0: any that are free',
    placeholder: 'PORT',
    parse: values.integer(0, 65534),
    fallback: 0,
  } as Setting<number>,
  seed: {
    help: 'the same seed gives the same chats and bytes',
    placeholder: 'N',
    parse: values.integer(0, 2 ** 32 - 1),
    fallback: 1,
  } as Setting<number>,
  chats: {
    help: 'music chats besides the fixed cast',
    placeholder: 'N',
    parse: values.integer(0, 100_000),
    fallback: 8,
  } as Setting<number>,
  tracks: {
    help: 'tracks in each music chat; 0: each has its own plausible number',
    placeholder: 'N',
    parse: values.integer(0, 100_000_000),
    fallback: 0,
  } as Setting<number>,
  'file-mb': {
    help: 'size of every track in MB (2^20); 0: mixed',
    placeholder: 'N',
    parse: values.integer(0, 2000),
    fallback: 0,
  } as Setting<number>,
  'latency-ms': {
    help: 'delay of every answer',
    placeholder: 'N',
    parse: values.decimal(0, 60_000, 'a number of milliseconds up to 60000'),
    fallback: 0,
  } as Setting<number>,
  bandwidth: {
    help: 'megabytes per second over all connections; 0: unlimited; where the demo has a dashboard, 12 if not given',
    placeholder: 'MB/s',
    parse: values.decimal(0, 100_000, 'a number of megabytes per second'),
    fallback: 0,
  } as Setting<number>,
  fault: {
    help: 'make something go wrong this often, 0 to 1; several may be given',
    placeholder: 'NAME=RATE',
    parse: values.list(values.namedRate),
    fallback: [],
    fallbackText: 'none',
  } as Setting<readonly (readonly [name: string, rate: number])[]>,
  key: {
    help: 'RSA private key (PEM); made if it does not exist',
    placeholder: 'FILE',
    parse: values.path,
    fallback: undefined,
    fallbackText: 'a fresh one',
  } as Optional<string>,
  state: {
    help: 'where logins outlive the server',
    placeholder: 'FILE',
    parse: values.path,
    fallback: undefined,
    fallbackText: 'nowhere',
  } as Optional<string>,
  manifest: switchOff('print the catalogue with every SHA-256, serve nothing'),
};

export type SettingKey = keyof typeof SETTINGS;

export type SettingValue<Key extends SettingKey> =
  (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never;

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

export function setting(key: SettingKey): Setting<unknown> {
  return SETTINGS[key];
}

/** `--dry-run` */
export function flagOf(key: SettingKey): string {
  return `--${setting(key).flag ?? key}`;
}

/** `TAD_DRY_RUN` */
export function envOf(key: SettingKey): string {
  return `TAD_${key.toUpperCase().replaceAll('-', '_')}`;
}
