import apiSchema from 'telegram/tl/apiTl.js';
import { LAYER_CHANGES } from './layers.js';

/** The layer of the schema that GramJS publishes; the others are described as differences from it. */
export const BASE_LAYER = 198;

export type TlType =
  | { readonly kind: 'int' | 'long' | 'double' | 'bytes' | 'string' | 'flags' | 'true' | 'bool' | 'object' }
  | { readonly kind: 'vector'; readonly item: TlType };

export interface TlField {
  readonly name: string;
  readonly type: TlType;
  /** Present only when this bit of that flags field is set. */
  readonly flag?: { readonly field: string; readonly bit: number };
}

export interface TlDefinition {
  readonly name: string;
  /** As an unsigned 32-bit number. */
  readonly id: number;
  readonly fields: readonly TlField[];
  readonly result: TlType;
}

const SIMPLE: Readonly<Record<string, TlType>> = {
  int: { kind: 'int' },
  long: { kind: 'long' },
  double: { kind: 'double' },
  bytes: { kind: 'bytes' },
  string: { kind: 'string' },
  '#': { kind: 'flags' },
  true: { kind: 'true' },
  Bool: { kind: 'bool' },
};

function parseType(text: string): TlType {
  const vector = /^Vector<(.+)>$/.exec(text);
  if (vector) return { kind: 'vector', item: parseType(vector[1]!) };
  return SIMPLE[text] ?? { kind: 'object' };
}

function parseField(text: string): TlField {
  const [name, declared] = text.split(':', 2) as [string, string];
  const flag = /^(flags2?)\.(\d+)\?(.+)$/.exec(declared);
  if (!flag) return { name, type: parseType(declared) };
  return { name, type: parseType(flag[3]!), flag: { field: flag[1]!, bit: Number(flag[2]) } };
}

/** One line of a TL schema: `name#id field:type … = Result;` (https://core.telegram.org/mtproto/TL). */
function parseLine(line: string): TlDefinition {
  const [head, result] = line.split(' = ', 2) as [string, string];
  const [combinator, ...fields] = head.trim().split(' ') as [string, ...string[]];
  const [name, id] = combinator.split('#', 2) as [string, string];
  return {
    name,
    id: Number.parseInt(id, 16),
    fields: fields.filter((field) => field.includes(':') && !field.startsWith('{')).map(parseField),
    result: parseType(result.replace(/;$/, '')),
  };
}

interface Version {
  readonly since: number;
  readonly line: string;
}

const versions = new Map<string, Version[]>();
const linesById = new Map<number, string>();
const parsed = new Map<string, TlDefinition>();
const knownFields = new Map<string, ReadonlySet<string>>();

function register(since: number, line: string): void {
  const head = /^([\w.]+)#([0-9a-f]+)/.exec(line);
  if (!head) return;
  const name = head[1]!;
  const known = versions.get(name) ?? [];
  versions.set(
    name,
    [...known, { since, line }].sort((a, b) => a.since - b.since),
  );
  linesById.set(Number.parseInt(head[2]!, 16), line);
}

for (const line of apiSchema.split('\n')) register(BASE_LAYER, line);
for (const { since, line } of LAYER_CHANGES) {
  const [combinator, ...rest] = line.split(' ') as [string, ...string[]];
  const base = versions.get(combinator.split('#', 1)[0]!)?.find((version) => version.since === BASE_LAYER);
  register(since, rest.length > 0 || !base ? line : base.line.replace(/^\S+/, combinator));
}

function definitionOf(line: string): TlDefinition {
  let definition = parsed.get(line);
  if (!definition) {
    definition = parseLine(line);
    parsed.set(line, definition);
  }
  return definition;
}

/**
 * The definition of `name` as a client of `layer` knows it: the newest that is not newer than the layer.
 * @throws TypeError when no layer has it
 */
export function definitionByName(name: string, layer: number): TlDefinition {
  const all = versions.get(name);
  if (!all) throw new TypeError(`no TL definition is called ${name}`);
  const version = all.findLast(({ since }) => since <= layer) ?? all[0]!;
  return definitionOf(version.line);
}

/** Ids never repeat between layers: one map serves the requests of all. */
export function definitionById(id: number): TlDefinition | undefined {
  const line = linesById.get(id);
  return line === undefined ? undefined : definitionOf(line);
}

/** Names of all fields that `name` has in any layer. */
export function fieldsInAnyLayer(name: string): ReadonlySet<string> {
  let fields = knownFields.get(name);
  if (!fields) {
    const lines = versions.get(name) ?? [];
    fields = new Set(lines.flatMap(({ line }) => definitionOf(line).fields.map((field) => field.name)));
    knownFields.set(name, fields);
  }
  return fields;
}
