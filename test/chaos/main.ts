/**
 * `npm run test:chaos -- --minutes M --seed S [--domains 20]`: real guests on real QEMU, and everything that can go wrong with them, by a
 * schedule that the seed decides. The rules are checked from outside the engine; a broken one ends the run with exit code 1.
 */
import { parseArgs } from 'node:util';
import { runChaos } from './run.js';
import { createTrouble } from './trouble.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string', default: '1' }, domains: { type: 'string', default: '20' } },
});
const trouble = createTrouble();
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interruption.abort();
    trouble.interrupt();
  });
}

const well = await runChaos({ minutes: Number(values.minutes), seed: Number(values.seed), domains: Number(values.domains), trouble });
if (interruption.signal.aborted) process.exitCode = 130;
else {
  console.log(well ? 'no violation' : 'the rules were broken');
  process.exitCode = well ? 0 : 1;
}
