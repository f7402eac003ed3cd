import { describe, expect, it } from 'vitest';
import type { CpuSurvey } from '../../../src/hypervisor-adapters/contract/cpu-survey.js';
import type { PlanProblem } from '../../../src/hypervisor-adapters/contract/plan.js';
import { plan } from '../../../src/hypervisor-adapters/xen/render/plan.js';
import { documentOf } from '../qemu/plan-requests.js';
import { configOf, planned, requestOf, richFacts } from './plan-requests.js';

const spec = (pinning: string | number[]) => ({ memory: '64Mi', boot: { kernel: '/k' }, cpu: { count: 2, pinning } }) as const;

function problems(pinning: string | number[], cpus?: CpuSurvey): readonly PlanProblem[] {
  const outcome = plan({ ...requestOf(documentOf(spec(pinning)), { ...richFacts, highestCpu: 7 }), ...(cpus === undefined ? {} : { cpus }) });
  return outcome.ok ? [] : outcome.problems;
}

/** CPU 2 of 0-7 is offline, or in another pool. */
const host: CpuSurvey = { usable: [0, 1, 3, 4, 5, 6, 7] };
const field = 'spec.cpu.pinning';

describe('pinning', () => {
  it('is one set for all vCPUs', () => {
    expect(configOf(planned(spec([0, 1, 3])))).toContain('cpus = "0-1,3"\n');
    expect(problems([0, 1, 3], host)).toEqual([]);
  });

  it('to CPUs that the host does not have is refused by name for good: xl would leave them out in silence', () => {
    expect(problems('1,7-9,12', host)).toEqual([{ field, code: 'PLAN_CPU_MISSING', message: 'this host has no CPU 8-9,12: its last is 7', cure: 'name some of 0-1,3-7' }]);
  });

  it('to CPUs that guests do not run on now is refused by name, until they do', () => {
    expect(problems('1-3', host)).toMatchObject([{ field, code: 'PLAN_CPU_MISSING', message: expect.stringContaining('do not run on CPU 2,') as unknown, retryable: true }]);
  });

  it('tells both, where a document asks for both', () => {
    expect(problems([2, 8], host).map(({ retryable }) => retryable)).toEqual([undefined, true]);
  });

  it('to CPUs that the host does not have is refused also where nobody has asked which guests run on, or nobody can tell', () => {
    expect(problems('1-2,9')).toEqual([{ field, code: 'PLAN_CPU_MISSING', message: 'this host has no CPU 9: its last is 7', cure: 'name some of 0-7' }]);
    expect(problems([0, 9], { unknown: 'xl did not answer' }).map(({ code }) => code)).toEqual(['PLAN_CPU_MISSING', 'PLAN_CPU_UNKNOWN']);
  });

  it('is not taken on trust where nobody can tell which CPUs there are', () => {
    expect(problems([0], { unknown: 'xl did not answer' })).toMatchObject([{ field, code: 'PLAN_CPU_UNKNOWN', message: expect.stringContaining('xl did not answer') as unknown, retryable: true }]);
  });
});
