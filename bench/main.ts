/** `npm run bench -- NAME`: measurements, each against a floor that is measured in the same run. */
import { parseArgs } from 'node:util';
import { benchScale } from './scale.js';
import { benchStart } from './start.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, domains: { type: 'string' } },
});

switch (positionals[0]) {
  case 'start':
    await benchStart({ rounds: Number(values.rounds), domains: numbers(values.domains ?? '1,20,50') });
    break;
  case 'scale':
    await benchScale(numbers(values.domains ?? '1000,10000'));
    break;
  default:
    console.error('usage: npm run bench -- start [--rounds N] [--domains 1,20,50]\n       npm run bench -- scale [--domains 1000,10000]');
    process.exitCode = 2;
}

function numbers(list: string): readonly number[] {
  return list.split(',').map(Number);
}
