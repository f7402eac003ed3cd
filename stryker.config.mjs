/**
 * Mutation testing of what decides, the machines and the pure planner: `npx stryker run`, or one file with `-m src/machines/domain/guards.ts`.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const config = {
  testRunner: 'vitest',
  vitest: { configFile: 'test/machines/vitest.mutation.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner', './test/machines/mutation-words.mjs'],
  ignorers: ['words-for-people'],
  mutate: ['src/machines/**/*.ts', 'src/device-model/**/*.ts'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  thresholds: { high: 90, low: 85, break: 85 },
  reporters: ['clear-text', 'html'],
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  tempDirName: '.stryker-tmp',
};

export { config as default };
