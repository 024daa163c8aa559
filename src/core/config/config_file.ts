import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TadError } from '../errors.js';
import { makeDirectories } from '../make_directories.js';

/** Options as the file has them, turned into text: they are parsed as if they stood on the command line. */
export type ConfigEntries = ReadonlyMap<string, string>;

function entryText(file: string, key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  throw new TadError('usage', `${file}: "${key}" must be a text, a number, true, false or a list of texts`);
}

/**
 * Reads a config file: one JSON object of option names. A file that does not exist is empty.
 * @throws TadError `usage` when it is not such an object, `not-writable` when it may not be read
 */
export function readConfigFile(file: string): ConfigEntries {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return new Map();
    throw new TadError('not-writable', `cannot read ${file} (${String(code)})`, undefined, { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TadError('usage', `${file} is not valid JSON: ${reason.split('\n', 1)[0]}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TadError('usage', `${file} must hold one JSON object, such as { "parallel": 4 }`);
  }
  return new Map(Object.entries(parsed).map(([key, value]) => [key, entryText(file, key, value)]));
}

/**
 * Sets and (with `undefined`) removes entries; the others stay as they are. The file is replaced atomically and is
 * readable by its owner only, for it may hold the api hash.
 * @throws TadError `usage` when the present file is not valid, `not-writable`
 */
export function updateConfigFile(file: string, changes: ReadonlyMap<string, string | undefined>): void {
  const entries = new Map<string, string>(readConfigFile(file));
  for (const [key, value] of changes) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    makeDirectories(dirname(file), 0o700);
    writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new TadError('not-writable', `cannot write ${file}`, undefined, { cause: error });
  }
}
