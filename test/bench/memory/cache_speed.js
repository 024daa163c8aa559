// node cache_speed.js LIBRARY string|bigint|pair: ns per operation at a capacity of 50,000.
import { caches } from './caches.js';
import { nanoseconds, report } from './child.js';
import { bigintId, pairId, stringId, uniform, zipf } from './ids.js';

const CAPACITY = 50_000;
const COUNT = 200_000;
const ROUNDS = 4;

const [library, kind] = process.argv.slice(2);
const make = { string: stringId, bigint: bigintId, pair: pairId }[kind];
const cache = await caches[library](CAPACITY);

const hot = Array.from({ length: CAPACITY }, (_, n) => make(n));
const orders = { uniform: uniform(COUNT, CAPACITY), zipf: zipf(COUNT, CAPACITY) };
const universe = zipf(COUNT, 4 * CAPACITY);
const best = {};
const note = (name, ns) => {
  best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ns);
};
let next = CAPACITY;
let found = 0;

for (let round = 0; round < ROUNDS; round++) {
  const fresh = Array.from({ length: COUNT }, () => make(next++));
  note(
    'put',
    nanoseconds(COUNT, () => {
      for (let i = 0; i < COUNT; i++) cache.put(fresh[i], 1);
    }),
  );
  const mixed = Array.from(universe, (n) => make(n));
  note(
    'mix',
    nanoseconds(COUNT, () => {
      for (let i = 0; i < COUNT; i++) if (cache.get(mixed[i]) === undefined) cache.put(mixed[i], 1);
    }),
  );
  for (const id of hot) cache.put(id, 1);
  for (const [name, order] of Object.entries(orders)) {
    note(
      `get ${name}`,
      nanoseconds(COUNT, () => {
        for (let i = 0; i < COUNT; i++) found += cache.get(hot[order[i]]);
      }),
    );
  }
  note(
    'get miss',
    nanoseconds(COUNT, () => {
      for (let i = 0; i < COUNT; i++) found += cache.get(fresh[i]) === undefined ? 1 : 0;
    }),
  );
}
report({ ...best, found });
