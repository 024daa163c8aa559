import {
  definitionByName,
  fieldsInAnyLayer,
  type TlDefinition,
  type TlField,
  type TlType,
} from './schema.js';
import { BOOL_FALSE_ID, BOOL_TRUE_ID, isTlObject, type TlObject, type TlValue, VECTOR_ID } from './value.js';

/**
 * Serialises values for a client of one layer (https://core.telegram.org/mtproto/serialize). Strict where a slip
 * would corrupt the stream unseen: a missing or misspelt field, a value of the wrong type, or one of two fields that
 * share a flag throws a TypeError.
 */
export class TlWriter {
  readonly #layer: number;
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  constructor(layer: number) {
    this.#layer = layer;
  }

  /** What was written so far. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  value(type: TlType, value: TlValue, where: string): void {
    switch (type.kind) {
      case 'int':
      case 'flags':
        if (typeof value !== 'number') throw mismatch(where, 'a number', value);
        this.#int(value);
        break;
      case 'long':
        if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(where, 'a bigint', value);
        this.#long(BigInt(value));
        break;
      case 'double':
        if (typeof value !== 'number') throw mismatch(where, 'a number', value);
        this.#double(value);
        break;
      case 'string':
        if (typeof value !== 'string') throw mismatch(where, 'a string', value);
        this.#string(value);
        break;
      case 'bytes':
        if (!(value instanceof Uint8Array)) throw mismatch(where, 'bytes', value);
        this.#bytes(value);
        break;
      case 'bool':
        if (typeof value !== 'boolean') throw mismatch(where, 'a boolean', value);
        this.#id(value ? BOOL_TRUE_ID : BOOL_FALSE_ID);
        break;
      case 'true':
        break;
      case 'vector':
        if (!Array.isArray(value)) throw mismatch(where, 'a vector', value);
        this.#vector(type.item, value, where);
        break;
      case 'object':
        if (!isTlObject(value)) throw mismatch(where, 'an object', value);
        this.object(value);
        break;
    }
  }

  object(object: TlObject): void {
    const definition = definitionByName(object._, this.#layer);
    const known = fieldsInAnyLayer(object._);
    for (const key in object) {
      if (key !== '_' && !known.has(key)) throw new TypeError(`${object._} has no field ${key}`);
    }
    this.#id(definition.id);
    for (const field of definition.fields) {
      if (field.type.kind === 'flags') this.#int(flagsOf(field.name, definition, object));
      else if (isPresent(field, object)) {
        this.value(field.type, object[field.name], `${object._}.${field.name}`);
      }
    }
  }

  #vector(item: TlType, value: readonly TlValue[], where: string): void {
    this.#id(VECTOR_ID);
    this.#int(value.length);
    for (const [index, element] of value.entries()) this.value(item, element, `${where}[${index}]`);
  }

  #reserve(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length));
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
    }
    return at;
  }

  #id(id: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32LE(id, at);
  }

  #int(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeInt32LE(value, at);
  }

  #long(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64LE(BigInt.asIntN(64, value), at);
  }

  #double(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  #string(value: string): void {
    const length = Buffer.byteLength(value);
    const at = this.#reserveBytes(length);
    this.#buffer.write(value, at);
  }

  #bytes(value: Uint8Array): void {
    const at = this.#reserveBytes(value.length);
    this.#buffer.set(value, at);
  }

  /** Writes the length and the padding around TL bytes, and returns where they belong. */
  #reserveBytes(length: number): number {
    const prefix = length < 254 ? 1 : 4;
    const padding = -(prefix + length) & 3;
    const at = this.#reserve(prefix + length + padding);
    writeBytesPrefix(this.#buffer, at, length);
    for (let end = this.#length - padding; end < this.#length; end++) this.#buffer[end] = 0;
    return at + prefix;
  }
}

/** Writes the length that precedes TL bytes, and returns how many bytes it took (1 or 4). */
export function writeBytesPrefix(target: Buffer, at: number, length: number): number {
  if (length < 254) {
    target.writeUInt8(length, at);
    return 1;
  }
  target.writeUInt8(254, at);
  target.writeUIntLE(length, at + 1, 3);
  return 4;
}

function mismatch(where: string, expected: string, value: TlValue): TypeError {
  return new TypeError(`${where} must be ${expected}${value === undefined ? ', and it is missing' : ''}`);
}

function isPresent(field: TlField, object: TlObject): boolean {
  if (!field.flag) return true;
  const value = object[field.name];
  return field.type.kind === 'true' ? value === true : value !== undefined;
}

function flagsOf(name: string, definition: TlDefinition, object: TlObject): number {
  let set = 0;
  let absent = 0;
  for (const field of definition.fields) {
    if (field.flag?.field !== name) continue;
    const bit = 1 << field.flag.bit;
    if (isPresent(field, object)) set |= bit;
    else if (field.type.kind !== 'true') absent |= bit;
  }
  const torn = set & absent;
  if (torn !== 0)
    throw new TypeError(`${object._}: only some fields of ${name} 0x${torn.toString(16)} are set`);
  return set;
}

/** One value as a client of `layer` reads it. */
export function encode(type: TlType, value: TlValue, layer: number): Buffer {
  const writer = new TlWriter(layer);
  writer.value(type, value, 'result');
  return writer.finish();
}

export function encodeObject(object: TlObject, layer: number): Buffer {
  const writer = new TlWriter(layer);
  writer.object(object);
  return writer.finish();
}
