import { defineConfig } from 'vitest/config';

const elsewhere = ['test/**/*.qemu.test.ts', 'test/**/*.xenstore.test.ts', 'test/lab/**', 'test/chaos/**'];

/** Needs only Node, like the unit part, but has crowds of domains, processes that race and die, or real waits: it takes as long as it takes. */
const thorough = [
  'test/engine/many-domains.test.ts',
  'test/effects/engine-lock.test.ts',
  'test/effects/engine-dies.test.ts',
  'test/effects/replaced-folders.test.ts',
  'test/machines/replay.test.ts',
  'test/status/journal-crowd.test.ts',
  'test/diagrams/every-machine.test.ts',
  'test/diagrams/own-machines.test.ts',
];

/**
 * Five projects. `unit` needs nothing but Node and finishes in seconds: every core works, and a worker keeps the modules that it has
 * imported, since half of the time would go to importing them anew for each file. `thorough` is what would take too long there;
 * `pictures` draws all of the 200 random machines, of which `unit` draws one in twenty; `qemu` boots real guests on real QEMU, and kills
 * real processes by the hundred; `xenstore` talks to the genuine xenstore daemons, without Xen.
 * The `development` condition turns on xstate's own warnings.
 */
export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, ...thorough],
          isolate: false,
          maxWorkers: '100%',
          testTimeout: 15_000,
        },
      },
      {
        extends: true,
        test: { name: 'thorough', sequence: { groupOrder: 1 }, include: thorough, maxWorkers: 2, testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'pictures',
          sequence: { groupOrder: 2 },
          include: ['test/diagrams/to-*.test.ts'],
          env: { DIAGRAM_SEEDS: 'all' },
          testTimeout: 120_000,
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        test: {
          name: 'qemu',
          sequence: { groupOrder: 3 },
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
          sequence: { groupOrder: 4 },
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
