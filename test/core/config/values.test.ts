import { describe, expect, it } from 'vitest';
import * as values from '../../../src/core/config/values.js';

describe('values', () => {
  it.each([
    ['0', 0],
    ['123', 123],
    ['500K', 512_000],
    ['500k', 512_000],
    ['1KB', 1024],
    ['20MB', 20 * 2 ** 20],
    ['20 MB', 20 * 2 ** 20],
    ['20MiB', 20_971_520],
    ['1.5G', 1_610_612_736],
    ['2TB', 2 * 2 ** 40],
  ])('size %s is %d bytes', (text, bytes) => {
    expect(values.size(text)).toBe(bytes);
  });

  it.each(['', 'M', '5X', '-1', '1.2.3', '0x10', '1e6', 'NaN', 'Infinity', '99999999T', '5 M B'])(
    'size %j is refused',
    (text) => {
      expect(() => values.size(text)).toThrow(values.InvalidValue);
    },
  );

  it.each([
    ['2MB/s', 2 * 2 ** 20],
    ['500K', 512_000],
    ['1M/S', 1_048_576],
  ])('rate %s is %d bytes per second', (text, bytes) => {
    expect(values.rate(text)).toBe(bytes);
  });

  it('what is too much is told to be that', () => {
    for (const text of ['99999999999999GB', '9'.repeat(40)])
      expect(() => values.rate(text)).toThrow('must be less than 8192T');
  });

  it.each(['mpv --loop', '"/my player/run" --t="a b"', "it's", 'a "b c"'])('%j is a command', (text) => {
    expect(values.command(text)).toBe(text);
  });

  it.each(['', ' ', '"mpv', 'mpv --title="one', "'my player", "mpv --title='one"])(
    '%j is no command',
    (text) => {
      expect(() => values.command(text)).toThrow(values.InvalidValue);
    },
  );

  it('a rate of zero is no limit, and next to nothing no rate', () => {
    expect(values.rate('0')).toBeUndefined();
    expect(values.rate('0MB/s')).toBeUndefined();
    expect(() => values.rate('0.001')).toThrow(values.InvalidValue);
  });

  it.each([
    ['127.0.0.1:443', { host: '127.0.0.1', port: 443 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['tg.example.org:80', { host: 'tg.example.org', port: 80 }],
  ])('address %s', (text, address) => {
    expect(values.hostPort(text)).toEqual(address);
  });

  it.each(['host', 'host:', ':443', 'host:0', 'host:65536', '::1:80', 'http://host:80', 'a b:80'])(
    'address %j is refused',
    (text) => {
      expect(() => values.hostPort(text)).toThrow('HOST:PORT');
    },
  );

  it.each(['http://host:80', 'socks5://host', 'host:1080', ''])('proxy %j is refused', (text) => {
    expect(() => values.proxy(text)).toThrow(values.InvalidValue);
  });

  it('takes a proxy with a password', () => {
    expect(values.proxy('socks5://me:pw@host:1080')).toBe('socks5://me:pw@host:1080');
  });

  it('reads lists, drops repetitions, and suggests what was meant', () => {
    const kinds = values.list(values.choice('music', 'voice'));
    expect(kinds('voice, music,voice')).toEqual(['voice', 'music']);
    expect(() => kinds('music,voise')).toThrow(expect.objectContaining({ suggestion: 'voice' }));
    expect(() => kinds('music,')).toThrow(values.InvalidValue);
  });

  it('reads faults', () => {
    expect(values.namedRate('file-reference=0.05')).toEqual(['file-reference', 0.05]);
    for (const wrong of ['flood', 'flood=', 'flood=2', 'flood=-1', '=1', 'flood=x']) {
      expect(() => values.namedRate(wrong)).toThrow(values.InvalidValue);
    }
  });
});
