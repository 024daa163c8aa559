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
/** Rows that share a sum come one after the other. */
const WORK_ORDER = [0, 2, 1, 3] as const;

/**
 * AES-256-IGE decryption of four messages at once, sliced by rows: vector r holds row r of all four states, so that rows need no
 * rotating, and InvMixColumns becomes y_r = 3x_r + 2x_(r+1) + E(x_0+x_2, x_1+x_3) with one E per pair of rows.
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

  /** InvShiftRows, then the inversion, in work order. */
  const invertRows = () => {
    const shifted = WORK_ORDER.map((r) =>
      r === 0 ? get('row0') : f.let(lookUp(get(`row${r}`), table(`shift${r}`))),
    );
    return invert(f, shifted, table);
  };

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
      const mixed: (Expression | undefined)[] = [];
      const pairSums: (Expression | undefined)[] = [];
      const add = (sum: Expression | undefined, term: Expression) => f.let(sum ? xor(sum, term) : term);
      const roundKey = (r: number) => load(addI32(get('keys'), get('round')), 64 + 16 * r);

      const tripleP = table('tripleP');
      const tripleQ = table('tripleQ');
      for (const [n, r] of WORK_ORDER.entries()) {
        const { p, q } = inverted[n]!;
        const triple = f.let(xor(lookUp(tripleP, p), lookUp(tripleQ, q)));
        pairSums[r & 1] = add(pairSums[r & 1], triple);
        mixed[r] = add(mixed[r], xor(triple, roundKey(r)));
      }
      const doubleP = table('doubleP');
      const doubleQ = table('doubleQ');
      for (const [n, r] of WORK_ORDER.entries()) {
        const { p, q } = inverted[n]!;
        const above = (r + 3) & 3;
        mixed[above] = add(mixed[above], f.let(xor(lookUp(doubleP, p), lookUp(doubleQ, q))));
      }

      const mask = table('low');
      const even = split(f, pairSums[0]!, mask);
      const odd = split(f, pairSums[1]!, mask);
      const low13 = table('times13Low');
      const high13 = table('times13High');
      const low9 = table('times9Low');
      const high9 = table('times9High');
      const times = (lowTable: Expression, highTable: Expression, halves: typeof even) =>
        xor(lookUp(lowTable, halves.low), lookUp(highTable, halves.high));
      const common = [
        f.let(xor(times(low13, high13, even), times(low9, high9, odd))),
        f.let(xor(times(low13, high13, odd), times(low9, high9, even))),
      ] as const;
      const next = ROWS.map((r) => f.let(xor(mixed[r]!, common[(r & 1) as 0 | 1])));
      for (const r of ROWS) f.set(`row${r}`, next[r]!);
    });

    const inverted = invertRows();
    const plain: Expression[] = [];
    for (const [n, r] of WORK_ORDER.entries()) {
      const { p, q } = inverted[n]!;
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
