import { expect, it } from 'vitest';
import { hasRun, releasedPath } from '../../../../src/hypervisor-adapters/xen/anchor/released.js';
import { readDomainList } from '../../../../src/hypervisor-adapters/xen/channel/xl/domain-list.js';

const head = 'Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label\n';

/** As the lab's xl tells them; one that was left half built has a name, and no vCPU yet. */
it.each([
  ['one that was built and not released has not', '--p---', undefined, false],
  ['one that was released and paused has', '--p---', '1', true],
  ['one that somebody else let run has', '-b----', undefined, true],
  ['one that has shut down has', '---s--', undefined, true],
])('%s', async (_, state, mark, run) => {
  const [domain] = readDomainList(`${head}web                                          7    16     0     ${state}       0.0 5b1e9e2c-8d4e-5c2f-9d52-0a5d3a3f1c11        -                -\n`)?.domains ?? [];
  if (domain === undefined) throw new Error('the list has no domain');
  const asked: string[] = [];
  const read = (path: string): Promise<string | undefined> => {
    asked.push(path);
    return Promise.resolve(path === releasedPath(7) ? mark : undefined);
  };
  expect(await hasRun({ read }, domain)).toBe(run);
  expect(asked.every((path) => path === '/libxl/7/windlass/released')).toBe(true);
});
