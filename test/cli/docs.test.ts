import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { flagOf, SETTING_KEYS, setting } from '../../src/core/config/settings.js';
import { FAULT_NAMES } from '../../src/demo/faults.js';
import { DEFAULTS } from '../../src/demo/options.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8');

describe('docs/commands.md', () => {
  it.each(COMMANDS.map(({ name }) => name))('has the command %s', (name) => {
    expect(PAGE).toContain(`\`tad ${name}`);
  });

  it.each(SETTING_KEYS)('has the option %s', (key) => {
    const { placeholder } = setting(key);
    expect(PAGE).toContain(
      placeholder === undefined ? `\`${flagOf(key)}\`` : `\`${flagOf(key)} ${placeholder}`,
    );
  });
});

describe('the options of the demo server', () => {
  it('are the server’s own: defaults and names of faults', () => {
    for (const [key, value] of Object.entries({
      seed: DEFAULTS.seed,
      chats: DEFAULTS.chats,
      tracks: DEFAULTS.tracks,
    })) {
      expect(setting(key as 'seed').fallback, key).toBe(value);
    }
    const server = COMMANDS.find(({ name }) => name === 'demo-server');
    expect(server?.details).toContain(`Faults: ${FAULT_NAMES.join(', ')}.`);
  });
});
