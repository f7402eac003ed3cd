import { defineConfig } from 'vitest/config';

/**
 * Scenarios in whole machines that QEMU emulates, one project a lab; `npm run test:lab -- xen` runs it. No part of `npm test`, since a lab
 * downloads and builds before its first scenario. One machine at a time: an emulated one takes a core to itself.
 */
export default defineConfig({
  test: {
    fileParallelism: false,
    maxWorkers: 1,
    // In CI others may use the cores, and a machine that stands still for a second misses a deadline: once more, which the report says.
    retry: process.env['CI'] === undefined ? 0 : 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: { name: 'linux', include: ['test/lab/linux/**/*.lab.test.ts'], globalSetup: ['test/lab/linux/global-setup.ts'] },
      },
      {
        extends: true,
        test: { name: 'xen', include: ['test/lab/xen/**/*.lab.test.ts'], globalSetup: ['test/lab/xen/global-setup.ts'] },
      },
      {
        extends: true,
        test: { name: 'passthrough', include: ['test/lab/passthrough/**/*.lab.test.ts'], globalSetup: ['test/lab/passthrough/global-setup.ts'] },
      },
    ],
  },
});
