// node --expose-gc pool_speed.js POOL: ns per acquire and release, alone and with 64 tasks on 8 objects.
import { median } from '../report.js';
import { processorTime, report } from './child.js';

const SIZE = 8;
const TASKS = 64;
const BATCHES = 15;
const create = () => ({ used: 0 });

const pools = {
  async tad() {
    const { ObjectPool } = await import('../../../dist/core/memory/index.js');
    const pool = new ObjectPool({ maxSize: SIZE, create });
    return { pool, acquire: () => pool.acquire(), release: (lease) => lease.release() };
  },
  async 'generic-pool'() {
    const { default: generic } = await import('generic-pool');
    const factory = { create: async () => create(), destroy: async () => {} };
    const pool = generic.createPool(factory, { max: SIZE });
    return { acquire: () => pool.acquire(), release: (object) => pool.release(object) };
  },
  async tarn() {
    const { Pool } = await import('tarn');
    const pool = new Pool({ create, destroy: () => {}, min: 0, max: SIZE });
    return { acquire: () => pool.acquire().promise, release: (object) => pool.release(object) };
  },
};

const { pool, acquire, release } = await pools[process.argv[2]]();

function synchronous(count) {
  for (let i = 0; i < count; i++) {
    const lease = pool.tryAcquire();
    lease.value.used++;
    lease.release();
  }
}

async function asynchronous(count) {
  for (let i = 0; i < count; i++) await release(await acquire());
}

async function contended(count) {
  const task = async () => {
    for (let i = 0; i < count / TASKS; i++) {
      const lease = await acquire();
      await undefined;
      await release(lease);
    }
  };
  await Promise.all(Array.from({ length: TASKS }, task));
}

/** The median of batches: some run into a collection, none is the rule. */
async function measure(count, work) {
  const batches = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const started = processorTime();
    await work(count);
    batches.push((processorTime() - started) / count);
  }
  return median(batches);
}

const result = {};
if (pool) result.synchronous = await measure(2_000_000, synchronous);
result.asynchronous = await measure(20_000, asynchronous);
result.contended = await measure(20_000, contended);
report(result);
process.exit(0); // Some pools keep timers.
