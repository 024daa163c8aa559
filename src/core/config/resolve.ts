import { TadError } from '../errors.js';
import type { ConfigEntries } from './config_file.js';
import { nearest } from './nearest.js';
import {
  envOf,
  flagOf,
  isSettingKey,
  SETTING_KEYS,
  type SettingKey,
  type SettingValue,
  setting,
} from './settings.js';
import { InvalidValue } from './values.js';

export type Origin = 'flag' | 'env' | 'file' | 'default';

/** A value before it is parsed, and where it stands: `--out`, `TAD_OUT`, or a file's path and key. */
export interface Written {
  readonly text: string;
  readonly origin: Exclude<Origin, 'default'>;
  readonly source: string;
}

export interface Sources {
  /** As given on the command line; a switch is `true`. */
  readonly flags: ReadonlyMap<SettingKey, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Later files win over earlier ones. */
  readonly files: readonly { readonly path: string; readonly entries: ConfigEntries }[];
}

/** The options of one call of tad: a value for every key, and where it came from. */
export interface Settings {
  get<Key extends SettingKey>(key: Key): SettingValue<Key>;
  /** Where the value stands; undefined when it is the default. */
  written(key: SettingKey): Written | undefined;
}

/** An empty environment variable counts as absent. */
function find(key: SettingKey, sources: Sources): Written | undefined {
  const flag = sources.flags.get(key);
  if (flag !== undefined) return { text: flag, origin: 'flag', source: flagOf(key) };
  const env = sources.env[envOf(key)];
  if (env !== undefined && env !== '') return { text: env, origin: 'env', source: envOf(key) };
  if (setting(key).notInFile) return undefined;
  for (const { path, entries } of sources.files.toReversed()) {
    const text = entries.get(key);
    if (text !== undefined) return { text, origin: 'file', source: `"${key}" in ${path}` };
  }
  return undefined;
}

/** @throws TadError `usage`, naming the place where the value stands */
export function parseSetting(key: SettingKey, written: Pick<Written, 'text' | 'source'>): unknown {
  try {
    return setting(key).parse(written.text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    const hint = error.suggestion === undefined ? undefined : `Did you mean ${error.suggestion}?`;
    const shown = setting(key).secret ? '' : `, not '${written.text}'`;
    throw new TadError('usage', `${written.source} must be ${error.expected}${shown}`, hint);
  }
}

/** A file that names an option which does not exist was meant to do something: say so. */
function checkKeys({ path, entries }: Sources['files'][number]): void {
  for (const key of entries.keys()) {
    if (isSettingKey(key) && !setting(key).notInFile) continue;
    const near = nearest(key, SETTING_KEYS);
    throw new TadError(
      'usage',
      `${path}: unknown option "${key}"`,
      near === undefined || near === key ? undefined : `Did you mean "${near}"?`,
    );
  }
}

/**
 * Flag before environment before file before default. Every written value of `keys` is parsed now, so that a wrong one
 * is told before any work begins; others are parsed when asked for.
 * @throws TadError `usage`
 */
export function resolveSettings(sources: Sources, keys: readonly SettingKey[]): Settings {
  for (const file of sources.files) checkKeys(file);
  const parsed = new Map<SettingKey, unknown>();
  const value = (key: SettingKey): unknown => {
    if (!parsed.has(key)) {
      const written = find(key, sources);
      parsed.set(key, written === undefined ? setting(key).fallback : parseSetting(key, written));
    }
    return parsed.get(key);
  };
  for (const key of keys) value(key);
  return {
    get: <Key extends SettingKey>(key: Key) => value(key) as SettingValue<Key>,
    written: (key) => find(key, sources),
  };
}
