import wabt from 'wabt';

/**
 * WebAssembly text to binary.
 * @param {string} text
 * @returns {Promise<Uint8Array>}
 */
export async function assemble(text) {
  const toolkit = await wabt();
  const module = toolkit.parseWat('kernels.wat', text, { simd: true, relaxed_simd: true });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}
