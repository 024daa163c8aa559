import { NEIGHBOURS_AT, ROW_TABLES_AT, STATE_TABLES_AT } from '../layout.js';
import { NEIGHBOURS, ROW_TABLES, STATE_TABLES, type Vector } from '../tables.js';
import { rowKernel } from './row_kernel.js';
import { stateKernel } from './state_kernel.js';

/** The whole module in WebAssembly text format: `npm run build:ige` assembles it into kernels.wasm. */
export function moduleText(): string {
  const data = (address: number, vectors: readonly Vector[]) => {
    const bytes = vectors.flat().map((byte) => `\\${byte.toString(16).padStart(2, '0')}`);
    return `(data (i32.const ${address}) "${bytes.join('')}")`;
  };
  return [
    '(module (import "ige" "memory" (memory 1))',
    stateKernel('decrypt1', 1),
    stateKernel('decrypt2', 2),
    stateKernel('decrypt3', 3),
    rowKernel('decrypt4'),
    data(STATE_TABLES_AT, Object.values(STATE_TABLES)),
    data(NEIGHBOURS_AT, NEIGHBOURS),
    data(ROW_TABLES_AT, Object.values(ROW_TABLES)),
    ')',
  ].join('\n');
}
