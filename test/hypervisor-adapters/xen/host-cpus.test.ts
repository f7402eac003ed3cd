import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { Ports } from '../../../src/effects/ports.js';
import type { CpuSurvey } from '../../../src/hypervisor-adapters/contract/cpu-survey.js';
import { hostCpus } from '../../../src/hypervisor-adapters/xen/probe/host-cpus.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { fakeXl, type FakeAnswer } from './fake-xl.js';

const real = hostPorts();
afterAll(() => real.close());

const portsWith = (xl: string | undefined): Ports => ({ ...real, files: { ...real.files, findExecutable: () => Promise.resolve(xl) } });

/** On a host whose xl gives this answer; without one, it has no xl. */
async function surveyed(answer?: FakeAnswer): Promise<CpuSurvey> {
  await using directory = await temporaryDirectory();
  const xl = answer === undefined ? undefined : `${directory.path}/xl`;
  if (xl !== undefined && answer !== undefined) await fakeXl(xl, { 'cpupool-list': answer });
  return await hostCpus(portsWith(xl));
}

const said = { stdout: 'Name               CPU list\nPool-0             0,1,3\n' };

it('the CPUs that a guest can run on are those of the pool where domains begin', async () => {
  expect(await surveyed(said)).toEqual({ usable: [0, 1, 3] });
});

it.each([
  ['xl is not there', undefined, 'xl is not installed'],
  ['xl fails', { stderr: 'error getting cpupool list\n', code: 1 }, 'error getting cpupool list'],
  ['xl says something else', { stdout: 'hello\n' }, 'did not say what was asked'],
] as const)('they are unknown where %s, and it is told why', async (_what, answer, why) => {
  expect(await surveyed(answer)).toEqual({ unknown: expect.stringContaining(why) as unknown });
});

it('a hundred guests that ask at once cost two processes, and one that asks later gets a later answer', async () => {
  await using directory = await temporaryDirectory();
  const xl = `${directory.path}/xl`;
  await fakeXl(xl, { 'cpupool-list': said });
  const ports = portsWith(xl);
  const all = await Promise.all(Array.from({ length: 100 }, () => hostCpus(ports)));
  expect(all.every((survey) => 'usable' in survey && survey.usable.length === 3)).toBe(true);
  expect(await readFile(`${xl}.calls`, 'utf8')).toBe('cpupool-list -c\ncpupool-list -c\n');
  await fakeXl(xl, { 'cpupool-list': { stdout: 'Name               CPU list\nPool-0             0,1\n' } });
  expect(await hostCpus(ports)).toEqual({ usable: [0, 1] });
});
