import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfigFile, updateConfigFile } from '../../../src/core/config/config_file.js';
import { homeLayout } from '../../../src/core/config/home.js';
import { resolveSettings, type Sources } from '../../../src/core/config/resolve.js';
import { envOf, flagOf, SETTING_KEYS, type SettingKey, setting } from '../../../src/core/config/settings.js';
import { temporaryDirectory } from '../../cli/fake_io.js';

function sources(written: {
  flags?: [SettingKey, string][];
  env?: Record<string, string>;
  files?: Record<string, string>[];
}): Sources {
  return {
    flags: new Map(written.flags ?? []),
    env: written.env ?? {},
    files: (written.files ?? []).map((entries, i) => ({
      path: `/file${i}`,
      entries: new Map(Object.entries(entries)),
    })),
  };
}

describe('resolveSettings', () => {
  it('prefers flag to environment to profile file to common file to default, and knows where a value stands', () => {
    const all = {
      flags: [['parallel', '5']] as [SettingKey, string][],
      env: { TAD_PARALLEL: '4' },
      files: [{ parallel: '2' }, { parallel: '3' }],
    };
    const value = (written: Parameters<typeof sources>[0]) => {
      const settings = resolveSettings(sources(written), ['parallel']);
      return [settings.get('parallel'), settings.written('parallel')?.source];
    };
    expect(value(all)).toEqual([5, '--parallel']);
    expect(value({ ...all, flags: [] })).toEqual([4, 'TAD_PARALLEL']);
    expect(value({ files: all.files })).toEqual([3, '"parallel" in /file1']);
    expect(value({ files: [{ parallel: '2' }, {}] })).toEqual([2, '"parallel" in /file0']);
    expect(value({})).toEqual([4, undefined]);
  });

  it('takes an empty environment variable for none', () => {
    expect(resolveSettings(sources({ env: { TAD_LIMIT: '' } }), ['limit']).get('limit')).toBeUndefined();
  });

  it('parses what a command uses at once and leaves the rest alone', () => {
    const written = sources({ env: { TAD_LIMIT: 'x' } });
    expect(() => resolveSettings(written, ['limit'])).toThrow('TAD_LIMIT must be a whole number');
    expect(resolveSettings(written, ['parallel']).get('parallel')).toBe(4);
  });

  it('never repeats a secret in an error', () => {
    const written = sources({ flags: [['proxy', 'http://me:secret@host']] });
    expect(() => resolveSettings(written, ['proxy'])).toThrow(/^--proxy must be a URL such as [^,]*$/);
  });

  it('tells a key of a file that does not exist, with the one that was meant', () => {
    expect(() => resolveSettings(sources({ files: [{ paralel: '2' }] }), [])).toThrow(
      expect.objectContaining({
        message: '/file0: unknown option "paralel"',
        hint: 'Did you mean "parallel"?',
        exitCode: 2,
      }),
    );
  });

  it('does not let a config file name its own home', () => {
    expect(() => resolveSettings(sources({ files: [{ home: '/x' }] }), [])).toThrow('unknown option "home"');
  });
});

describe('the table of settings', () => {
  it('gives every option an environment twin of its own', () => {
    expect(new Set(SETTING_KEYS.map(envOf)).size).toBe(SETTING_KEYS.length);
    expect([envOf('server-key'), flagOf('dry-run')]).toEqual(['TAD_SERVER_KEY', '--dry-run']);
  });

  it('has defaults that its own parsers accept', () => {
    for (const key of SETTING_KEYS) {
      const { fallback, fallbackText, parse } = setting(key);
      if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) continue;
      expect(parse(fallbackText ?? String(fallback)), key).toEqual(fallback);
    }
  });
});

describe('config files', () => {
  it('keeps what it does not change, is private, and appears with its directory', () => {
    const file = join(temporaryDirectory(), 'deep/config.json');
    updateConfigFile(
      file,
      new Map([
        ['parallel', '8'],
        ['kind', 'music'],
      ]),
    );
    updateConfigFile(
      file,
      new Map([
        ['parallel', undefined],
        ['limit', '3'],
      ]),
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ kind: 'music', limit: '3' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('reads numbers, switches and lists as a person writes them', () => {
    const file = join(temporaryDirectory(), 'config.json');
    writeFileSync(file, '{ "parallel": 8, "json": true, "kind": ["music", "voice"] }');
    expect([...readConfigFile(file)]).toEqual([
      ['parallel', '8'],
      ['json', 'true'],
      ['kind', 'music,voice'],
    ]);
  });

  it.each([
    ['{ "limit": 3', /is not valid JSON/],
    ['[1]', /must hold one JSON object/],
    ['{ "limit": null }', /"limit" must be a text/],
  ])('says what is wrong with %s', (content, message) => {
    const file = join(temporaryDirectory(), 'config.json');
    writeFileSync(file, content);
    expect(() => readConfigFile(file)).toThrow(message);
  });

  it('takes a missing file for an empty one, but not a directory', () => {
    const directory = temporaryDirectory();
    expect(readConfigFile(join(directory, 'none.json')).size).toBe(0);
    mkdirSync(join(directory, 'config.json'));
    expect(() => readConfigFile(join(directory, 'config.json'))).toThrow('cannot read');
  });
});

describe('homeLayout', () => {
  it('keeps everything of a profile under the home that was named', () => {
    const home = homeLayout('/h', 'work');
    expect(home).toMatchObject({
      configFile: '/h/config.json',
      profileDir: '/h/profiles/work',
      sessionFile: '/h/profiles/work/session',
      controlPath: '/h/profiles/work/control.sock',
    });
  });

  it.skipIf(process.platform === 'win32')(
    'finds another place for a socket whose path would be too long',
    () => {
      const deep = `/${'d'.repeat(120)}`;
      const { controlPath } = homeLayout(deep, 'default');
      expect(Buffer.byteLength(controlPath)).toBeLessThan(104);
      expect(controlPath).toBe(homeLayout(deep, 'default').controlPath);
      expect(controlPath).not.toBe(homeLayout(`${deep}e`, 'default').controlPath);
    },
  );
});
