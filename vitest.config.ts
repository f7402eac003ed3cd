import { defineConfig } from 'vitest/config';

const slow = ['test/**/*.qemu.test.ts', 'test/**/*.xenstore.test.ts', 'test/lab/**', 'test/chaos/**'];

/**
 * Four projects: `unit` needs nothing but Node and finishes in seconds; `pictures` draws all of the 200 random machines, of which `unit`
 * draws one in ten; `qemu` boots real guests on real QEMU, and kills real processes by the hundred;
 * `xenstore` talks to the genuine xenstore daemons, without Xen.
 * The `development` condition turns on xstate's own warnings.
 */
export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', sequence: { groupOrder: 0 }, include: ['test/**/*.test.ts'], exclude: slow },
      },
      {
        extends: true,
        test: {
          name: 'pictures',
          sequence: { groupOrder: 1 },
          include: ['test/diagrams/to-*.test.ts'],
          env: { DIAGRAM_SEEDS: 'all' },
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'qemu',
          sequence: { groupOrder: 2 },
          include: ['test/**/*.qemu.test.ts'],
          globalSetup: ['test/support/require-qemu.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'xenstore',
          sequence: { groupOrder: 3 },
          include: ['test/**/*.xenstore.test.ts'],
          globalSetup: ['test/support/xenstored/require-xenstored.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
