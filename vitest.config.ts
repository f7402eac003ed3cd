import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` needs nothing but Node and finishes in seconds; `qemu` boots real guests on real QEMU.
 * The `development` condition turns on xstate's own warnings.
 */
export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    globalSetup: [],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.qemu.test.ts', 'test/lab/**', 'test/chaos/**'] },
      },
      {
        extends: true,
        test: {
          name: 'qemu',
          include: ['test/**/*.qemu.test.ts'],
          globalSetup: ['test/support/require-qemu.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
