/**
 * What no decision reads is no mutant: descriptions and messages are words for people, and of the tags of states `busy` and `settled`
 * are only drawn. A test that repeated them would have to change with each better word, and would find nothing.
 */
const words = ['description', 'message'];
const drawn = ['busy', 'settled'];

/** @param {{ node: { type: string, key?: { name?: string }, value?: { elements?: { value?: string }[] } } }} path */
function whyIgnored({ node }) {
  if (node.type !== 'ObjectProperty') return undefined;
  if (words.includes(node.key?.name ?? '')) return 'words for people';
  const isDrawn = node.key?.name === 'tags' && node.value?.elements?.every(({ value }) => drawn.includes(value ?? ''));
  return isDrawn === true ? 'tags that are only drawn' : undefined;
}

/** This file is its own plugin. */
const strykerPlugins = [{ kind: 'Ignore', name: 'decides-nothing', value: { shouldIgnore: whyIgnored } }];

/**
 * Mutation testing of what decides, the machines and the pure planner: `npm run mutation`, or one file with `-- -m src/machines/domain/guards.ts`.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const config = {
  testRunner: 'vitest',
  vitest: { configFile: 'test/machines/vitest.mutation.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner', './stryker.config.mjs'],
  ignorers: ['decides-nothing'],
  mutate: ['src/machines/**/*.ts', 'src/device-model/**/*.ts'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  thresholds: { high: 90, low: 85, break: 85 },
  reporters: ['clear-text', 'html'],
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  tempDirName: '.stryker-tmp',
};

export { config as default, strykerPlugins };
