import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { readFirstPool } from '../../../../../src/hypervisor-adapters/xen/channel/xl/cpu-pools.js';
import { anyText } from '../../../../support/any-text.js';

const head = 'Name               CPU list\n';

it.each([
  ['the only pool, as xl 4.17 and 4.20 print it', `${head}Pool-0             0,1\n`, [0, 1]],
  ['the first of two, whatever it is called', `${head}mine               0,2\nother              1\n`, [0, 2]],
  ['one with a blank and digits in its name', `${head}my pool 7          10\n`, [10]],
])('the CPUs of new domains are those of %s', (_what, said, cpus) => {
  expect(readFirstPool(said)).toEqual(cpus);
});

it.each([
  ['nothing', ''],
  ['a heading alone', head],
  ['another table', 'Name               CPUs   Sched     Active   Domain count\nPool-0               2   credit2       y          5\n'],
  ['a pool whose long name ends in digits', `${head}a-pool-of-this-name-10,1\n`],
])('nothing is read from %s', (_what, said) => {
  expect(readFirstPool(said)).toBeUndefined();
});

test('never throws', () => {
  fc.assert(fc.property(anyText({ maxLength: 300 }), (noise) => void readFirstPool(`${head}${noise}`)));
});
