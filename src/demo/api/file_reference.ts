import { hash, timingSafeEqual } from 'node:crypto';

export type ReferenceVerdict = 'good' | 'empty' | 'invalid' | 'expired';

const VERSION = 1;
const HEADER_SIZE = 1 + 4 + 4;
const TAG_SIZE = 16;

/**
 * File references as clients know them (https://core.telegram.org/api/file-references): opaque, bound to one
 * document, good for some time. Layout: version 1 | issued at 4 | serial 4 | tag 16, the tag a hash of the server's
 * secret, the document's id and what precedes it. The serial orders references that were issued in the same second.
 */
export class FileReferences {
  readonly #secret: Buffer;
  readonly #lifetimeSeconds: number;
  readonly #clock: () => number;
  readonly #deadSerials = new Map<bigint, number>();
  #serial = 0;

  /** @param lifetimeSeconds Infinity: they never expire by themselves */
  constructor(secret: Buffer, lifetimeSeconds: number, clock: () => number) {
    this.#secret = secret;
    this.#lifetimeSeconds = lifetimeSeconds;
    this.#clock = clock;
  }

  issue(documentId: bigint): Buffer {
    const reference = Buffer.alloc(HEADER_SIZE + TAG_SIZE);
    reference.writeUInt8(VERSION, 0);
    reference.writeUInt32BE(Math.floor(this.#clock() / 1000), 1);
    reference.writeUInt32BE(++this.#serial, 5);
    this.#tag(documentId, reference.subarray(0, HEADER_SIZE)).copy(reference, HEADER_SIZE);
    return reference;
  }

  check(documentId: bigint, reference: Uint8Array): ReferenceVerdict {
    if (reference.length === 0) return 'empty';
    if (reference.length !== HEADER_SIZE + TAG_SIZE) return 'invalid';
    const header = Buffer.from(reference.subarray(0, HEADER_SIZE));
    if (!timingSafeEqual(this.#tag(documentId, header), reference.subarray(HEADER_SIZE))) return 'invalid';
    const age = this.#clock() / 1000 - header.readUInt32BE(1);
    const dead = header.readUInt32BE(5) <= (this.#deadSerials.get(documentId) ?? 0);
    return dead || age >= this.#lifetimeSeconds ? 'expired' : 'good';
  }

  /** Every reference to the document that was issued so far is expired from now on. */
  expire(documentId: bigint): void {
    this.#deadSerials.set(documentId, this.#serial);
  }

  #tag(documentId: bigint, header: Buffer): Buffer {
    const id = Buffer.alloc(8);
    id.writeBigInt64LE(BigInt.asIntN(64, documentId));
    return hash('sha256', Buffer.concat([this.#secret, id, header]), 'buffer').subarray(0, TAG_SIZE);
  }
}
