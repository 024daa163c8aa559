import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/soak/**', 'node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    // By default there is one less than there are cores: one only on two. Most of these tests wait for sockets and screens.
    maxWorkers: 4,
  },
});
