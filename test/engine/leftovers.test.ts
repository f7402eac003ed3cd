import { expect, test } from 'vitest';
import type { Engine, ParsedDocument } from '../../src/index.js';
import { createEngine, parseDocuments, WindlassError } from '../../src/index.js';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import { simulatedHost } from '../support/simulated-host.js';

function web(hypervisor: string, power = 'running'): readonly ParsedDocument[] {
  const text = `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: web }\nspec: { memory: 64Mi, hypervisor: ${hypervisor}, power: ${power} }\n`;
  const result = parseDocuments([{ file: '/web.yaml', text }]);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.documents;
}

async function phase(engine: Engine, expected: string | undefined): Promise<void> {
  await expect.poll(() => engine.get('web')?.phase, { timeout: 5_000 }).toBe(expected);
}

/** A host whose pauses are a twentieth as long, with a second hypervisor that is its first by another name. */
async function scene() {
  const host = simulatedHost();
  const { files } = host.ports;
  const qemu: HypervisorAdapter = { ...host.adapter, name: 'qemu', probe: async (...asked) => ({ ...(await host.adapter.probe(...asked)), hypervisor: 'qemu' }) };
  const list = files.list.bind(files);
  const [lock, mend] = [
    () => Object.assign(files, { list: (path: string) => (path === '/s/qemu/web' ? Promise.reject(new WindlassError('FILE_NOT_PERMITTED', `cannot list ${path}`)) : list(path)) }),
    () => Object.assign(files, { list }),
  ];
  const { clock } = host.ports;
  /** Pauses before looks, that were begun. */
  let pauses = 0;
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    if (milliseconds >= 1_000) pauses += 1;
    return clock.sleep(milliseconds / 20, signal);
  };
  const engine = await createEngine({ stateDirectory: '/s', ports: { ...host.ports, clock: { ...clock, sleep } }, adapters: [host.adapter, qemu] });
  const told = (): unknown => engine.conditions().find(({ type }) => type === 'LeftoversRemoved');
  return { engine, left: async (hypervisor: string) => await list(`/s/${hypervisor}`), lock, mend, pauses: () => pauses, told };
}

test('what is left of a domain is told for as long as it is there, also while one of its name runs on another hypervisor, and removed when that is gone', async () => {
  const { engine: created, left, lock, mend, pauses, told } = await scene();
  await using engine = created;
  await engine.apply(web('qemu'));
  await phase(engine, 'running');
  await engine.apply(web('qemu', 'halted'));
  await phase(engine, 'halted');
  lock();
  await engine.apply([]);
  await phase(engine, undefined);
  const failed = { status: 'False', reason: 'FILE_NOT_PERMITTED', message: 'cannot list /s/qemu/web' };
  await expect.poll(told).toMatchObject(failed);

  await engine.apply(web('process'));
  await phase(engine, 'running');
  mend();
  const before = pauses();
  await expect.poll(pauses, { timeout: 5_000 }).toBeGreaterThan(before + 1);
  expect(told()).toMatchObject(failed);
  expect([await left('qemu'), await left('process')]).toEqual([['web'], ['web']]);

  await engine.apply([]);
  await expect.poll(told, { timeout: 10_000 }).toMatchObject({ status: 'True' });
  expect([await left('qemu'), await left('process')]).toEqual([[], []]);
});
