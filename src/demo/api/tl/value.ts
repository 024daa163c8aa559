/**
 * A TL object as plain data: `_` is the constructor's name, fields are called as in the schema (snake_case). Absent
 * optional fields are undefined; `true` flags are booleans; a Bool is a boolean; a long is a bigint (a number will do
 * when written); bytes are a Uint8Array.
 */
export interface TlObject {
  readonly _: string;
  readonly [field: string]: TlValue;
}

export type TlValue =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | TlObject
  | readonly TlValue[]
  | undefined;

export const VECTOR_ID = 0x1cb5c415;
export const BOOL_TRUE_ID = 0x997275b5;
export const BOOL_FALSE_ID = 0xbc799737;

export function isTlObject(value: TlValue): value is TlObject {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function wrong(object: TlObject, field: string, expected: string): TypeError {
  return new TypeError(`${object._}.${field} is not ${expected}`);
}

/** The accessors below read one field of a decoded object. @throws TypeError when it is of another type */
export function int(object: TlObject, field: string): number {
  const value = object[field];
  if (typeof value !== 'number') throw wrong(object, field, 'an int');
  return value;
}

export function optionalInt(object: TlObject, field: string): number | undefined {
  return object[field] === undefined ? undefined : int(object, field);
}

export function long(object: TlObject, field: string): bigint {
  const value = object[field];
  if (typeof value !== 'bigint') throw wrong(object, field, 'a long');
  return value;
}

export function text(object: TlObject, field: string): string {
  const value = object[field];
  if (typeof value !== 'string') throw wrong(object, field, 'a string');
  return value;
}

export function bytes(object: TlObject, field: string): Buffer {
  const value = object[field];
  if (!(value instanceof Uint8Array)) throw wrong(object, field, 'bytes');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

export function isSet(object: TlObject, field: string): boolean {
  return object[field] === true;
}

export function child(object: TlObject, field: string): TlObject {
  const value = object[field];
  if (!isTlObject(value)) throw wrong(object, field, 'an object');
  return value;
}

export function optionalChild(object: TlObject, field: string): TlObject | undefined {
  return object[field] === undefined ? undefined : child(object, field);
}

export function children(object: TlObject, field: string): readonly TlObject[] {
  const value = object[field];
  if (!Array.isArray(value) || !value.every(isTlObject)) throw wrong(object, field, 'a vector of objects');
  return value;
}

export function ints(object: TlObject, field: string): readonly number[] {
  const value = object[field];
  if (!Array.isArray(value) || !value.every((item): item is number => typeof item === 'number')) {
    throw wrong(object, field, 'a vector of ints');
  }
  return value;
}

export function longs(object: TlObject, field: string): readonly bigint[] {
  const value = object[field];
  if (!Array.isArray(value) || !value.every((item): item is bigint => typeof item === 'bigint')) {
    throw wrong(object, field, 'a vector of longs');
  }
  return value;
}
