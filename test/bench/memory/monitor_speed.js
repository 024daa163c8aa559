// node monitor_speed.js: microseconds per look at the process's memory.
import { MemoryMonitor } from '../../../dist/core/memory/index.js';
import { median } from '../report.js';
import { nanoseconds, report } from './child.js';

const COUNT = 10_000;
const BATCHES = 5;
const monitor = new MemoryMonitor({ budgetBytes: 2 ** 40 });
const looks = {
  check: () => monitor.check(),
  sample: () => monitor.sample(),
  memoryUsage: () => process.memoryUsage(),
};
const result = {};
for (const [name, look] of Object.entries(looks)) {
  const batches = Array.from({ length: BATCHES }, () =>
    nanoseconds(COUNT, () => {
      for (let i = 0; i < COUNT; i++) look();
    }),
  );
  result[name] = median(batches) / 1000;
}
report(result);
