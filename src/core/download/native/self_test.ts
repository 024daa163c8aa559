import { hash } from 'node:crypto';
import { TadError } from '../../errors.js';
import type { IgeDecryptor } from '../../ige/index.js';
import { encryptIge } from './mtproto/packet.js';

const BYTES = 4096;
const plain = Buffer.from(Array.from({ length: BYTES }, (_, i) => (i * 31) & 255));
/** Of `plain`, as another program computed it. */
const SHA256 = '695fb69684bbdf7f0df73d0cbcf84b46104edfe6504fd3a1dcbd340f628f8d8a';

/**
 * Decrypts messages that were encrypted by other means, more of them than fit into one group and of several lengths, and hashes one
 * where it lies: what the lane does with every part.
 * @throws TadError `internal` when a result is wrong: this machine cannot run the lane
 */
export function selfTest(decryptor: IgeDecryptor): void {
  const { memory, dataStart } = decryptor;
  const key = plain.subarray(64, 96);
  const iv = plain.subarray(96, 128);
  const encrypted = encryptIge(plain, key, iv);
  const messages = [0, 1, 2, 3, 4].map((i) => ({
    pointer: dataStart + i * 2 * BYTES,
    length: BYTES - 16 * i,
    key,
    iv,
  }));
  for (const { pointer, length } of messages) memory.set(encrypted.subarray(0, length), pointer);
  decryptor.decrypt(messages);
  for (const { pointer, length } of messages) {
    if (plain.compare(memory, pointer, pointer + length, 0, length) !== 0) {
      throw new TadError('internal', 'decryption fails its self-test on this machine');
    }
  }
  if (hash('sha256', memory.subarray(dataStart, dataStart + BYTES), 'hex') !== SHA256) {
    throw new TadError('internal', 'hashing fails its self-test on this machine');
  }
}
