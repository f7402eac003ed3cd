/** `npm run bench -- NAME`: measurements, each against a floor that is measured in the same run. */
import { parseArgs } from 'node:util';
import { benchAdopt } from './adopt.js';
import { benchDeath } from './death.js';
import { benchScale } from './scale.js';
import { benchStart } from './start.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, domains: { type: 'string' } },
});

switch (positionals[0]) {
  case 'start':
    await benchStart({ rounds: whole(values.rounds ?? '7'), domains: numbers(values.domains ?? '1,20,50') });
    break;
  case 'scale':
    await benchScale(numbers(values.domains ?? '1000,10000'));
    break;
  case 'adopt':
    await benchAdopt({ rounds: whole(values.rounds ?? '7'), domains: whole(values.domains ?? '100') });
    break;
  case 'death':
    await benchDeath(whole(values.rounds ?? '30'));
    break;
  default:
    console.error('usage: npm run bench -- start [--rounds N] [--domains 1,20,50]\n       npm run bench -- scale [--domains 1000,10000]\n       npm run bench -- adopt [--rounds N] [--domains 100]\n       npm run bench -- death [--rounds 30]');
    process.exitCode = 2;
}

function numbers(list: string): readonly number[] {
  return list.split(',').map(whole);
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`not a number of rounds or domains: ${text}`);
  return Number(text);
}
