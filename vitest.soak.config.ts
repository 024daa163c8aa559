import { defineConfig } from 'vitest/config';

/** Long runs (npm run soak): one file at a time, so that they measure themselves and not each other. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
