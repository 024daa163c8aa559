import { updateConfigFile } from '../core/config/config_file.js';
import { nearest } from '../core/config/nearest.js';
import { parseSetting } from '../core/config/resolve.js';
import { envOf, isSettingKey, SETTING_KEYS, type SettingKey, setting } from '../core/config/settings.js';
import { TadError } from '../core/errors.js';
import type { Action, Call } from './command.js';
import { columns } from './format.js';
import { record } from './records.js';

const ACTIONS = ['list', 'set', 'unset'] as const;

function keyOf(text: string | undefined): SettingKey {
  if (text === undefined) throw new TadError('usage', 'which option? See: tad config');
  const key = text.replace(/^--/, '');
  if (!isSettingKey(key)) {
    const near = nearest(key, SETTING_KEYS);
    throw new TadError('usage', `unknown option '${text}'`, near && `Did you mean ${near}?`);
  }
  if (setting(key).notInFile) {
    throw new TadError('usage', `'${key}' cannot stand in a config file`, `Set ${envOf(key)} instead`);
  }
  return key;
}

/** What is in force, as text, and where it was written. */
function describe({ settings }: Call, key: SettingKey): { value: string; origin: string; source: string } {
  const { fallback, fallbackText, secret } = setting(key);
  const written = settings.written(key);
  if (written === undefined) {
    return { value: fallbackText ?? String(fallback ?? '-'), origin: 'default', source: '' };
  }
  parseSetting(key, written);
  return { value: secret ? '(hidden)' : written.text, origin: written.origin, source: written.source };
}

function list(call: Call): void {
  const { io, settings, home } = call;
  const rows = SETTING_KEYS.map((key) => ({ key, ...describe(call, key) }));
  if (settings.get('json')) {
    for (const row of rows) io.stdout.line(record(io.now(), 'config', row));
    return;
  }
  const cells = rows.map(({ key, value, origin, source }) => [key, value, `${origin} ${source}`]);
  for (const line of columns([['OPTION', 'VALUE', 'FROM'], ...cells])) io.stdout.line(line);
  io.stdout.line(`\nConfig files, the later wins: ${home.configFile}, ${home.profileConfigFile}`);
}

/** Where a change goes: what is said of a profile holds for that one, anything else for all. */
function fileOf({ settings, home }: Call): string {
  return settings.written('profile') === undefined ? home.configFile : home.profileConfigFile;
}

/** `tad config`, `tad config set KEY VALUE`, `tad config unset KEY`. */
export const config: Action = async (call) => {
  const [action = 'list', name, value, ...rest] = call.args;
  if (rest.length > 0) throw new TadError('usage', 'too many words', 'See: tad config --help');
  switch (action) {
    case 'list':
      list(call);
      return 0;
    case 'set': {
      const key = keyOf(name);
      if (value === undefined)
        throw new TadError('usage', `which value for ${key}?`, 'tad config set KEY VALUE');
      parseSetting(key, { text: value, source: key });
      updateConfigFile(fileOf(call), new Map([[key, value]]));
      return 0;
    }
    case 'unset':
      updateConfigFile(fileOf(call), new Map([[keyOf(name), undefined]]));
      return 0;
    default: {
      const near = nearest(action, ACTIONS);
      throw new TadError(
        'usage',
        `unknown action '${action}'`,
        near ? `Did you mean ${near}?` : 'set or unset',
      );
    }
  }
};
