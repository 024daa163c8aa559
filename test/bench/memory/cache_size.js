// node --expose-gc cache_size.js LIBRARY string|bigint CAPACITY: bytes per entry, the id included, after putting
// 1.5 times the capacity of further ids.
import { caches } from './caches.js';
import { liveBytes, report } from './child.js';
import { bigintId, stringId } from './ids.js';

const [library, kind, size] = process.argv.slice(2);
const capacity = Number(size);
const make = { string: stringId, bigint: bigintId }[kind];
// The library's code and one warm instance belong to the base line.
const warm = await caches[library](16);
for (let n = 0; n < 10_000; n++) warm.put(make(n), 1);

const before = await liveBytes();
const cache = await caches[library](capacity);
for (let n = 0; n < capacity * 2.5; n++) cache.put(make(n), 1);
const after = await liveBytes();
report({ bytes: (after - before) / capacity, alive: [cache.get(make(0)), warm.get(make(0))] });
