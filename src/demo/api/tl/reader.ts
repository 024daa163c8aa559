import { definitionById, type TlType } from './schema.js';
import { BOOL_FALSE_ID, BOOL_TRUE_ID, type TlObject, type TlValue, VECTOR_ID } from './value.js';

/** The bytes are no TL value that any layer knows. */
export class TlReadError extends Error {}

/** Parses one boxed object of any layer; bytes are views of `source`. @throws TlReadError */
export function decodeObject(source: Buffer): TlObject {
  const reader = new TlReader(source);
  const object = reader.object();
  if (!reader.atEnd) throw new TlReadError(`${object._} is followed by more bytes`);
  return object;
}

class TlReader {
  readonly #source: Buffer;
  #at = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  get atEnd(): boolean {
    return this.#at === this.#source.length;
  }

  object(): TlObject {
    const id = this.#id();
    const definition = definitionById(id);
    if (!definition) throw new TlReadError(`constructor 0x${id.toString(16)} is unknown`);
    const object: Record<string, TlValue> & { _: string } = { _: definition.name };
    for (const field of definition.fields) {
      if (field.flag) {
        const flags = object[field.flag.field];
        if (typeof flags !== 'number' || ((flags >>> field.flag.bit) & 1) === 0) continue;
      }
      object[field.name] = this.#value(field.type);
    }
    return object;
  }

  #value(type: TlType): TlValue {
    switch (type.kind) {
      case 'int':
      case 'flags':
        return this.#source.readInt32LE(this.#take(4));
      case 'long':
        return this.#source.readBigInt64LE(this.#take(8));
      case 'double':
        return this.#source.readDoubleLE(this.#take(8));
      case 'bytes':
        return this.#bytes();
      case 'string':
        return this.#bytes().toString('utf8');
      case 'true':
        return true;
      case 'bool':
        return this.#bool();
      case 'vector':
        return this.#vector(type.item);
      case 'object':
        return this.object();
    }
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#source.length) throw new TlReadError('the request ends too early');
    this.#at = at + size;
    return at;
  }

  #id(): number {
    return this.#source.readUInt32LE(this.#take(4));
  }

  #bool(): boolean {
    const id = this.#id();
    if (id !== BOOL_TRUE_ID && id !== BOOL_FALSE_ID)
      throw new TlReadError('a Bool is neither true nor false');
    return id === BOOL_TRUE_ID;
  }

  #vector(item: TlType): TlValue[] {
    if (this.#id() !== VECTOR_ID) throw new TlReadError('a vector does not begin as one');
    const count = this.#source.readInt32LE(this.#take(4));
    // The smallest element has 4 bytes: a larger count is a lie, and must not become an allocation.
    if (count < 0 || count > (this.#source.length - this.#at) / 4)
      throw new TlReadError('a vector is too long');
    return Array.from({ length: count }, () => this.#value(item));
  }

  #bytes(): Buffer {
    const first = this.#source.readUInt8(this.#take(1));
    const prefix = first === 254 ? 4 : 1;
    const length = first === 254 ? this.#source.readUIntLE(this.#take(3), 3) : first;
    const at = this.#take(length);
    this.#take(-(prefix + length) & 3);
    return this.#source.subarray(at, at + length);
  }
}
