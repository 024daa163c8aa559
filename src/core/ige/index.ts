import { type IgeDecryptor, loadKernels, SimdIgeDecryptor } from './ige_decryptor.js';
import { PortableIgeDecryptor } from './portable_ige_decryptor.js';

export type { IgeDecryptor, IgeMessage } from './ige_decryptor.js';

/**
 * The fastest decryptor this machine can run, ready for use.
 * @param bytes memory for messages; it is fixed
 */
export function createIgeDecryptor(bytes: number): IgeDecryptor {
  const kernels = loadKernels();
  if (kernels === undefined) return new PortableIgeDecryptor(bytes);
  const decryptor = new SimdIgeDecryptor(kernels, bytes);
  decryptor.calibrate(() => performance.now());
  return decryptor;
}
