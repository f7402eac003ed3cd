import { afterAll, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { CpuSurvey } from '../../../src/hypervisor-adapters/contract/cpu-survey.js';
import { hostCpus } from '../../../src/hypervisor-adapters/xen/probe/host-cpus.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { fakeXl, xlInfo, type FakeAnswer } from './fake-xl.js';

const real = hostPorts();
afterAll(() => real.close());

/** On a host whose xl gives these answers; without any, it has none. */
async function surveyed(answers?: Readonly<Record<string, FakeAnswer>>): Promise<CpuSurvey> {
  await using directory = await temporaryDirectory();
  const xl = answers === undefined ? undefined : `${directory.path}/xl`;
  if (xl !== undefined) await fakeXl(xl, answers ?? {});
  return await hostCpus({ ...real, files: { ...real.files, findExecutable: () => Promise.resolve(xl) } });
}

const info = { stdout: xlInfo({ nr_cpus: '3', max_cpu_id: '3' }) };

it('the CPUs of a host are those of the pool where domains begin, and the highest is the machine’s', async () => {
  expect(await surveyed({ info, 'cpupool-list': { stdout: 'Name               CPU list\nPool-0             0,1,3\n' } })).toEqual({ highest: 3, usable: [0, 1, 3] });
});

it.each([
  ['xl is not there', undefined, 'xl is not installed'],
  ['xl fails', { info, 'cpupool-list': { stderr: 'error getting cpupool list\n', code: 1 } }, 'error getting cpupool list'],
  ['xl says something else', { info, 'cpupool-list': { stdout: 'hello\n' } }, 'did not say what was asked'],
] as const)('they are unknown where %s, and it is told why', async (_what, answers, why) => {
  expect(await surveyed(answers)).toEqual({ unknown: expect.stringContaining(why) as unknown });
});
