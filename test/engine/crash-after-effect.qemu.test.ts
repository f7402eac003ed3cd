import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostPorts, parseDocuments, qemuAdapter } from '../../src/index.js';
import { heartbeatImage } from '../support/guest-image.js';
import { domain } from '../support/scenario.js';
import { stateDirectory } from '../support/state-directory.js';
import { cheapAdapter } from './crash-adapter.js';
import type { CrashOutcome, LifeOf } from './crash-life.js';
import { liveAndCrash } from './crash-life.js';

const cheapLife: LifeOf = {
  adapter: cheapAdapter(),
  document: (memory) => {
    const text = `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: one }\nspec: { memory: ${memory}, hypervisor: process, restart: { backoff: { initial: 1ms } } }\n`;
    const parsed = parseDocuments([{ file: '/one.yaml', text }]);
    const [document] = parsed.ok ? parsed.documents : [];
    if (document === undefined) throw new Error('the document of this test is wrong');
    return document;
  },
};

/** Lives at one time: each waits more than it works. */
const width = 12;

test.each([
  ['', { half: false, removedMeanwhile: false }],
  [', its last effect done by half', { half: true, removedMeanwhile: false }],
  [', its document removed meanwhile', { half: false, removedMeanwhile: true }],
] as const)('an engine that dies after any single effect%s leaves what the next one sets right', async (_, { half, removedMeanwhile }) => {
  const root = stateDirectory();
  await using ports = hostPorts();
  const outcomes: CrashOutcome[] = [];
  let next = 0;
  let over = false;
  const walk = async (): Promise<void> => {
    while (!over) {
      const after = next++;
      const directory = join(root, String(after));
      mkdirSync(directory);
      const outcome = await liveAndCrash(cheapLife, ports, directory, { after, half }, removedMeanwhile);
      outcomes.push(outcome);
      // It lived through everything: there are no more points.
      if (outcome.after === undefined) over = true;
    }
  };
  await Promise.all(Array.from({ length: width }, walk));

  console.info(`${outcomes.filter(({ after }) => after !== undefined).length} crashes, in ${[...new Set(outcomes.map(({ stage }) => stage))].join(', ')}`);
  expect(outcomes.length).toBeGreaterThan(30);
  expect(outcomes.filter(({ problems }) => problems.length > 0)).toEqual([]);
}, 60_000);

test('the same with real guests, at every fifth point', async () => {
  const root = stateDirectory();
  const image = heartbeatImage();
  const life: LifeOf = {
    adapter: qemuAdapter,
    document: (memory) => domain('one', { memory, disks: [{ image, readOnly: true }], restart: { backoff: { initial: '1ms' } }, deadlines: { press: '300ms', quit: '2s', terminate: '1s', kill: '5s' } }),
  };
  await using ports = hostPorts();
  const points = Array.from({ length: 22 }, (_, index) => 5 * index + 3);
  const outcomes: CrashOutcome[] = [];
  const walk = async (): Promise<void> => {
    for (let after = points.shift(); after !== undefined; after = points.shift()) {
      const directory = join(root, String(after));
      mkdirSync(directory);
      outcomes.push(await liveAndCrash(life, ports, directory, { after, half: false }, after % 2 === 0));
    }
  };
  await Promise.all([walk(), walk(), walk()]);

  console.info(outcomes.map(({ after, stage }) => `${stage}: ${after ?? 'lived on'}`).join('\n'));
  expect(outcomes.filter(({ problems }) => problems.length > 0)).toEqual([]);
}, 120_000);
