/** `npm run bench -- NAME`: measurements, each against a floor that is measured in the same run. */
import { parseArgs } from 'node:util';
import { benchStart } from './start.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, domains: { type: 'string', default: '1,20,50' } },
});

switch (positionals[0]) {
  case 'start':
    await benchStart({ rounds: Number(values.rounds), domains: values.domains.split(',').map(Number) });
    break;
  default:
    console.error('usage: npm run bench -- start [--rounds N] [--domains 1,20,50]');
    process.exitCode = 2;
}
