// node --expose-gc set_size.js SET SIZE: bytes per element of a set of ids, the ids included.
import { MemoryEfficientSet } from '../../../dist/core/memory/index.js';
import { liveBytes, report } from './child.js';
import { bigintId, stringId } from './ids.js';

const sets = {
  tad: [(size) => MemoryEfficientSet.ofIds(size), stringId],
  'Set of strings': [() => new Set(), stringId],
  'Set of bigints': [() => new Set(), bigintId],
};
const [name, count] = process.argv.slice(2);
const [create, make] = sets[name];
const size = Number(count);
const warm = create(16);
for (let n = 0; n < 1000; n++) warm.add(make(n));

const before = await liveBytes();
const set = create(size);
// The set of ours is bounded: fill it half as much again.
for (let n = 0; n < (name === 'tad' ? 2.5 * size : size); n++) set.add(make(n));
const after = await liveBytes();
report({ bytes: (after - before) / set.size, alive: [set.has(make(0)), warm.has(make(0))] });
