import { defineConfig } from 'vitest/config';

/**
 * For stryker: only what tests the machines and the pure planner, in one project. The model checker, the walks and the storms would find
 * later what the scenarios find at once; so a mutant that survives here may still be found by one of them. One worker runs all files and shares their modules; each mutant has a new one, so that what is made when a module is
 * loaded, as the machines are, is made with the mutant in it.
 */
const config = defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    include: ['test/machines/**/*.test.ts', 'test/device-model/**/*.test.ts'],
    exclude: ['test/machines/model.test.ts', 'test/machines/paths.test.ts', 'test/machines/replay.test.ts', 'test/machines/domain/storms.test.ts'],
    isolate: false,
    maxWorkers: 1,
  },
});

export { config as default };
