import { readFileSync } from 'node:fs';
import { getWasmUrl, ige256Decrypt, initSync } from '@mtcute/wasm';
import type { IgeDecryptor, IgeMessage } from './ige_decryptor.js';

/**
 * The same over `@mtcute/wasm`, message by message, for machines without the SIMD that our kernels need. The answers are
 * copied in and out of that module's memory.
 */
export class PortableIgeDecryptor implements IgeDecryptor {
  readonly name = 'portable';
  readonly memory: Uint8Array;
  readonly dataStart = 0;
  readonly bestBatch = 1;

  /** @param bytes memory for messages */
  constructor(bytes: number) {
    initSync(readFileSync(getWasmUrl()));
    this.memory = new Uint8Array(new ArrayBuffer(bytes));
  }

  decrypt(messages: readonly IgeMessage[]): void {
    for (const { pointer, length, key, iv } of messages) {
      const data = this.memory.subarray(pointer, pointer + length);
      if (length > 0) data.set(ige256Decrypt(data, key, iv));
    }
  }
}
