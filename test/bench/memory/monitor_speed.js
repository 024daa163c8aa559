// node monitor_speed.js: microseconds per look at the process's memory.
import { MemoryMonitor } from '../../../dist/core/memory/index.js';
import { nanoseconds, report } from './child.js';

const COUNT = 2000;
const monitor = new MemoryMonitor({ budgetBytes: 2 ** 40 });
const looks = {
  check: () => monitor.check(),
  sample: () => monitor.sample(),
  memoryUsage: () => process.memoryUsage(),
};
const best = {};
for (let round = 0; round < 8; round++) {
  for (const [name, look] of Object.entries(looks)) {
    const ns = nanoseconds(COUNT, () => {
      for (let i = 0; i < COUNT; i++) look();
    });
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ns / 1000);
  }
}
report(best);
