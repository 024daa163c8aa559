import { ROUNDS } from '../key_schedule.js';
import { ROW_PREVIOUS_CIPHER, ROW_PREVIOUS_PLAIN, ROW_TABLES_AT } from '../layout.js';
import { ROW_TABLES, type RowTable } from '../tables.js';
import {
  addI32,
  type Expression,
  FunctionBuilder,
  get,
  lanes,
  load,
  loadAt,
  lookUp,
  xor,
} from './function_builder.js';
import { invert, split, type TableReader } from './inversion.js';

const addresses = new Map(Object.keys(ROW_TABLES).map((name, i) => [name, ROW_TABLES_AT + 16 * i]));
const ROWS = [0, 1, 2, 3] as const;
/** Two rows at a time are just what x86 has registers for. */
const PAIRS = [
  [0, 1],
  [2, 3],
] as const;

/**
 * AES-256-IGE decryption of four messages at once, sliced by rows: vector r holds row r of all four states, so that InvMixColumns
 * adds up whole vectors and nothing needs rotating but InvShiftRows. Every product is a look-up of its own: sharing some
 * among rows takes fewer of them, but puts them one behind the other, and the machine waits (10 % slower).
 * Exported as (blocks, keys, data0, data1, data2, data3): decrypts in place and leaves the last blocks in the key area.
 */
export function rowKernel(name: string): string {
  const f = new FunctionBuilder(name, ['blocks', 'keys', ...ROWS.map((m) => `data${m}`)]);
  const table: TableReader<RowTable> = (entry) => f.let(loadAt(addresses.get(entry)!));
  const key = (offset: number) => load(get('keys'), offset);
  f.local('round', 'i32'); // byte offset of the round's key
  for (const r of ROWS) f.local(`row${r}`, 'v128');

  /** A 4x4 transposition of 32-bit lanes. */
  const transpose = (v: readonly Expression[]): readonly Expression[] => {
    const a = f.let(lanes(v[0]!, v[1]!, [0, 4, 1, 5]));
    const b = f.let(lanes(v[2]!, v[3]!, [0, 4, 1, 5]));
    const c = f.let(lanes(v[0]!, v[1]!, [2, 6, 3, 7]));
    const d = f.let(lanes(v[2]!, v[3]!, [2, 6, 3, 7]));
    return [
      f.let(lanes(a, b, [0, 1, 4, 5])),
      f.let(lanes(a, b, [2, 3, 6, 7])),
      f.let(lanes(c, d, [0, 1, 4, 5])),
      f.let(lanes(c, d, [2, 3, 6, 7])),
    ];
  };

  /** InvShiftRows, then the inversion. */
  const invertRows = () =>
    PAIRS.flatMap((rows) =>
      invert(
        f,
        rows.map((r) => (r === 0 ? get('row0') : f.let(lookUp(get(`row${r}`), table(`shift${r}`))))),
        table,
      ),
    );

  f.repeat('blocks', () => {
    const toRows = table('transpose');
    const rows = transpose(ROWS.map((m) => f.let(lookUp(load(get(`data${m}`)), toRows))));
    const low = table('low');
    const towerLow = table('towerLow');
    const towerHigh = table('towerHigh');
    for (const r of ROWS) {
      const cipher = rows[r]!;
      const mixed = f.let(xor(xor(cipher, key(16 * r)), key(ROW_PREVIOUS_PLAIN + 16 * r)));
      const previousCipher = key(ROW_PREVIOUS_CIPHER + 16 * r);
      const halves = split(f, mixed, low);
      f.set(`row${r}`, xor(lookUp(towerLow, halves.low), lookUp(towerHigh, halves.high)));
      // The last key and the previous ciphertext, which are both added at the end, wait as one in the place of the previous plaintext.
      f.store(xor(previousCipher, key(64 * ROUNDS + 16 * r)), get('keys'), ROW_PREVIOUS_PLAIN + 16 * r);
      f.store(cipher, get('keys'), ROW_PREVIOUS_CIPHER + 16 * r);
    }

    f.forStep('round', 64, 64 * (ROUNDS - 1), () => {
      const inverted = invertRows();
      const sums = ROWS.map((r) => load(addI32(get('keys'), get('round')), 64 + 16 * r));
      for (const t of ROWS) {
        const byP = table(`p${t}`);
        const byQ = table(`q${t}`);
        for (const r of ROWS) {
          const { p, q } = inverted[r]!;
          const target = (r - t) & 3;
          sums[target] = f.let(xor(sums[target]!, f.let(xor(lookUp(byP, p), lookUp(byQ, q)))));
        }
      }
      for (const r of ROWS) f.set(`row${r}`, sums[r]!);
    });

    const inverted = invertRows();
    const plain: Expression[] = [];
    for (const r of ROWS) {
      const { p, q } = inverted[r]!;
      const last = xor(lookUp(table('lastP'), p), lookUp(table('lastQ'), q));
      plain[r] = f.let(xor(last, key(ROW_PREVIOUS_PLAIN + 16 * r)));
    }
    for (const r of ROWS) f.store(plain[r]!, get('keys'), ROW_PREVIOUS_PLAIN + 16 * r);
    const toColumns = table('transpose');
    for (const [m, block] of transpose(plain).entries()) {
      f.store(lookUp(block, toColumns), get(`data${m}`));
      f.set(`data${m}`, addI32(get(`data${m}`), '(i32.const 16)'));
    }
  });
  return f.toString();
}
