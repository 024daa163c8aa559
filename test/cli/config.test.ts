import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS } from '../../src/core/config/settings.js';
import { makeWorld, recordsOf } from './fake_io.js';

describe('tad config', () => {
  it('shows every option with its value and where it comes from, but no secret', async () => {
    const world = makeWorld();
    writeFileSync(join(world.home, 'config.json'), '{ "parallel": 8 }');
    world.env['TAD_LIMIT_RATE'] = '2MB/s';
    expect(await world.tad('--log-level', 'debug', 'config', '--json')).toBe(0);
    const rows = new Map(recordsOf(world.stdout).map((row) => [row['key'], row]));
    expect([...rows.keys()]).toEqual(SETTING_KEYS);
    const of = (key: string) => [
      rows.get(key)?.['value'],
      rows.get(key)?.['origin'],
      rows.get(key)?.['source'],
    ];
    expect(of('parallel')).toEqual(['8', 'file', `"parallel" in ${join(world.home, 'config.json')}`]);
    expect(of('limit-rate')).toEqual(['2MB/s', 'env', 'TAD_LIMIT_RATE']);
    expect(of('log-level')).toEqual(['debug', 'flag', '--log-level']);
    expect(of('min-free')).toEqual(['512M', 'default', '']);
    expect(of('api-hash')).toEqual(['(hidden)', 'env', 'TAD_API_HASH']);
    expect(world.stdout.text).not.toContain('"abc"');
  });

  it('is a table for people', async () => {
    const world = makeWorld();
    expect(await world.tad('config')).toBe(0);
    expect(world.stdout.text).toMatch(/^OPTION +VALUE +FROM\nhome +\S+ +env TAD_HOME\n/);
    expect(world.stdout.text).toContain(`${world.home}/config.json`);
  });

  it('sets and unsets, for every profile or for one', async () => {
    const world = makeWorld();
    expect(await world.tad('config', 'set', 'parallel', '8')).toBe(0);
    expect(await world.tad('--profile', 'work', 'config', 'set', 'parallel', '2')).toBe(0);
    const parallel = async (...options: string[]) => {
      await world.tad(...options, 'download', 'Night Music');
      return world.core.request?.parallel;
    };
    expect(await parallel()).toBe(8);
    expect(await parallel('--profile', 'work')).toBe(2);
    expect(await world.tad('config', 'unset', 'parallel')).toBe(0);
    expect(await parallel()).toBe(4);
    expect(JSON.parse(readFileSync(join(world.home, 'config.json'), 'utf8'))).toEqual({});
  });

  it.each([
    [['set', 'paralel', '8'], "tad: unknown option 'paralel'. Did you mean parallel?"],
    [['set', 'parallel', 'many'], "tad: parallel must be a whole number from 1 to 32, not 'many'"],
    [['set', 'parallel'], 'tad: which value for parallel? tad config set KEY VALUE'],
    [['set', 'home', '/x'], "tad: 'home' cannot stand in a config file. Set TAD_HOME instead"],
    [['sett', 'parallel', '8'], "tad: unknown action 'sett'. Did you mean set?"],
    [['unset'], 'tad: which option? See: tad config'],
  ])('refuses %j', async (argv, line) => {
    const world = makeWorld();
    expect(await world.tad('config', ...argv)).toBe(2);
    expect(world.stderr.text).toBe(`${line}\n`);
  });

  it('tells a broken file', async () => {
    const world = makeWorld();
    writeFileSync(join(world.home, 'config.json'), '{');
    expect(await world.tad('config')).toBe(2);
    expect(world.stderr.text).toMatch(/^tad: .*config\.json is not valid JSON: .*\n$/);
  });
});
