import { ROUNDS } from '../key_schedule.js';
import { NEIGHBOURS_AT, STATE_PREVIOUS_CIPHER, STATE_PREVIOUS_PLAIN, STATE_TABLES_AT } from '../layout.js';
import { STATE_TABLES, type StateTable } from '../tables.js';
import {
  addI32,
  type Expression,
  FunctionBuilder,
  get,
  load,
  loadAt,
  lookUp,
  xor,
} from './function_builder.js';
import { invert, split, type TableReader } from './inversion.js';

const addresses = new Map(Object.keys(STATE_TABLES).map((name, i) => [name, STATE_TABLES_AT + 16 * i]));

/**
 * AES-256-IGE decryption with one vector per message, `count` messages side by side.
 * Exported as (blocks, data0, keys0, data1, keys1, …): decrypts in place and leaves the last blocks in the key areas, so that
 * a message can be gone on with.
 */
export function stateKernel(name: string, count: number): string {
  const messages = Array.from({ length: count }, (_, m) => m);
  const f = new FunctionBuilder(name, ['blocks', ...messages.flatMap((m) => [`data${m}`, `keys${m}`])]);
  const table: TableReader<StateTable> = (entry) => f.let(loadAt(addresses.get(entry)!));
  const key = (m: number, offset: number) => load(get(`keys${m}`), offset);

  f.local('round', 'i32'); // byte offset of the round's key
  f.local('neighbours', 'i32');
  for (const m of messages) {
    f.local(`state${m}`, 'v128');
    f.local(`cipher${m}`, 'v128');
    f.local(`plain${m}`, 'v128');
    f.set(`cipher${m}`, key(m, STATE_PREVIOUS_CIPHER));
    f.set(`plain${m}`, key(m, STATE_PREVIOUS_PLAIN));
  }

  // Message by message: interleaving the inversions of several makes x86 spill its registers.
  const invertEach = () => messages.map((m) => invert(f, [get(`state${m}`)], table)[0]!);

  f.repeat('blocks', () => {
    const blocks = messages.map((m) => f.let(load(get(`data${m}`))));
    for (const m of messages) {
      const { high, low } = split(f, f.let(xor(xor(blocks[m]!, key(m, 0)), get(`plain${m}`))), table('low'));
      f.set(`state${m}`, xor(lookUp(table('towerLow'), low), lookUp(table('towerHigh'), high)));
    }

    // InvSubBytes and InvMixColumns in one: for each of the four rows that a byte depends on, its product by table, brought to
    // its place by a permutation that has InvShiftRows in it. The sum starts with the round key.
    f.set('neighbours', '(i32.const 0)');
    f.forStep('round', 16, 16 * (ROUNDS - 1), () => {
      const inverted = invertEach();
      const sums: Expression[] = [];
      for (const t of [0, 1, 2, 3] as const) {
        const byP = table(`p${t}`);
        const byQ = table(`q${t}`);
        const place = t === 0 ? '' : f.let(load(get('neighbours'), NEIGHBOURS_AT + 16 * (t - 1)));
        for (const m of messages) {
          const { p, q } = inverted[m]!;
          const product = f.let(xor(f.let(lookUp(byP, p)), f.let(lookUp(byQ, q))));
          sums[m] = f.let(
            t === 0
              ? xor(product, load(addI32(get(`keys${m}`), get('round')), 16))
              : xor(sums[m]!, f.let(lookUp(product, place))),
          );
        }
      }
      for (const m of messages) f.set(`state${m}`, sums[m]!);
      f.set('neighbours', addI32(get('neighbours'), '(i32.const 48)'));
    });

    const inverted = invertEach();
    const byP = table('lastP');
    const byQ = table('lastQ');
    const unframe = table('unframe');
    for (const m of messages) {
      const { p, q } = inverted[m]!;
      const state = f.let(lookUp(f.let(xor(lookUp(byP, p), lookUp(byQ, q))), unframe));
      f.set(`plain${m}`, xor(state, xor(key(m, 16 * ROUNDS), get(`cipher${m}`))));
      f.set(`cipher${m}`, blocks[m]!);
      f.store(get(`plain${m}`), get(`data${m}`));
      f.set(`data${m}`, addI32(get(`data${m}`), '(i32.const 16)'));
    }
  });

  for (const m of messages) {
    f.store(get(`cipher${m}`), get(`keys${m}`), STATE_PREVIOUS_CIPHER);
    f.store(get(`plain${m}`), get(`keys${m}`), STATE_PREVIOUS_PLAIN);
  }
  return f.toString();
}
