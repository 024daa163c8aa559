import { isAbsolute, resolve } from 'node:path';
import { nearest } from './nearest.js';

/** A value that cannot be read; `expected` completes the sentence "NAME must be …". */
export class InvalidValue extends Error {
  constructor(
    readonly expected: string,
    readonly suggestion?: string,
  ) {
    super(`must be ${expected}`);
  }
}

export type Parser<T> = (text: string) => T;

/** An address of a server. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export const text: Parser<string> = (value) => {
  if (value.trim() === '') throw new InvalidValue('not empty');
  return value;
};

/** A command line of which each quote has its end. */
export const command: Parser<string> = (value) => {
  // An apostrophe within a word is one.
  const unclosed = /"|(^|[\s=])'/.test(value.replaceAll(/"[^"]*"|'[^']*'/g, '_'));
  if (value.trim() === '' || unclosed) throw new InvalidValue('a command whose quotes are closed');
  return value;
};

export const boolean: Parser<boolean> = (value) => {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw new InvalidValue('true or false');
};

/** A whole number in [min, max], decimal digits only. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Parser<number> {
  const range =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${min}`
      : `a whole number from ${min} to ${max}`;
  return (value) => {
    const number = Number(value);
    if (!/^-?\d{1,16}$/.test(value) || number < min || number > max) throw new InvalidValue(range);
    return number;
  };
}

/** A decimal number in [min, max]. */
export function decimal(min: number, max: number, what: string): Parser<number> {
  return (value) => {
    const number = Number(value);
    if (!/^\d{1,12}(\.\d{1,12})?$/.test(value) || number < min || number > max) throw new InvalidValue(what);
    return number;
  };
}

export function choice<const T extends string>(...choices: readonly T[]): Parser<T> {
  return (value) => {
    const found = choices.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw new InvalidValue(`one of ${choices.join(', ')}`, nearest(value, choices));
  };
}

/** Comma-separated values, each of which `parse` understands; duplicates count once. */
export function list<T>(parse: Parser<T>): Parser<readonly T[]> {
  return (value) => [...new Set(value.split(',').map((item) => parse(item.trim())))];
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...['k', 'm', 'g', 't'].flatMap((letter, index): [string, number][] => [
    [letter, 1024 ** (index + 1)],
    [`${letter}b`, 1024 ** (index + 1)],
    [`${letter}ib`, 1024 ** (index + 1)],
  ]),
]);

function bytesOf(value: string, expected: string): number {
  const match = /^(\d{1,300}(?:\.\d{1,9})?)\s*([a-z]*)$/i.exec(value.trim());
  const unit = UNITS.get((match?.[2] ?? '-').toLowerCase());
  const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  if (bytes > Number.MAX_SAFE_INTEGER) throw new InvalidValue('less than 8192T');
  if (!Number.isSafeInteger(bytes)) throw new InvalidValue(expected);
  return bytes;
}

/** Bytes; K, KB and KiB are 1024 of them, and so on to T: the units of `byteText`. */
export const size: Parser<number> = (value) => bytesOf(value, 'a size such as 500K, 20MB or 1.5G');

/** Bytes per second: a size, with or without `/s`; 0 is no limit, for a call that is to have none where a file has one. */
export const rate: Parser<number | undefined> = (value) => {
  const expected = 'a rate such as 500K/s or 2MB/s';
  const bytes = bytesOf(value.replace(/\/s$/i, ''), expected);
  if (bytes > 0) return bytes;
  // Less than half a byte is meant to be slow.
  if (/[1-9]/.test(value)) throw new InvalidValue(expected);
  return undefined;
};

/** A path made absolute from the working directory. */
export const path: Parser<string> = (value) => {
  if (value.trim() === '' || value.includes('\0')) throw new InvalidValue('a path');
  return isAbsolute(value) ? value : resolve(value);
};

/** `host:port`, `[ipv6]:port`. */
export const hostPort: Parser<HostPort> = (value) => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65535) throw new InvalidValue('HOST:PORT');
  return { host, port };
};

/** `socks5://[user:password@]host:port`. */
export const proxy: Parser<string> = (value) => {
  const expected = 'a URL such as socks5://user:password@host:1080';
  if (!URL.canParse(value)) throw new InvalidValue(expected);
  const url = new URL(value);
  if (url.protocol !== 'socks5:' || url.hostname === '' || url.port === '') throw new InvalidValue(expected);
  return value;
};

/** The name of a profile is the name of its directory. */
export const profileName: Parser<string> = (value) => {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(value)) {
    throw new InvalidValue('letters, digits, dots, dashes and underscores, 64 at most');
  }
  return value;
};

/** `NAME=RATE`, rate from 0 to 1. */
export const namedRate: Parser<readonly [name: string, rate: number]> = (value) => {
  const match = /^([a-z][a-z-]*)=(\d*\.?\d+)$/.exec(value);
  const share = Number(match?.[2]);
  if (match?.[1] === undefined || !(share <= 1)) {
    throw new InvalidValue('NAME=RATE with a rate from 0 to 1, such as flood=0.05');
  }
  return [match[1], share];
};
