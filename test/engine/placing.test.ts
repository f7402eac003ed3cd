/** What the placer asks of Xen for a document that pins its vCPUs: the adapter as it is, over an xl that is a program. */
import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Placing } from '../../src/actors/world.js';
import { hostPorts } from '../../src/effects/host-ports.js';
import { createPlacer } from '../../src/engine/placing.js';
import { xenAdapter } from '../../src/hypervisor-adapters/xen/index.js';
import { documentOf } from '../hypervisor-adapters/qemu/plan-requests.js';
import { fakeXl } from '../hypervisor-adapters/xen/fake-xl.js';
import { richFacts } from '../hypervisor-adapters/xen/plan-requests.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';

/** Of a document that is pinned to CPUs 1 and 2, of which guests run on 1 only; and what xl was asked. */
async function placed(purpose: 'to start' | 'to weigh'): Promise<{ readonly placing: Placing; readonly calls: string }> {
  const real = hostPorts();
  onTestFinished(() => real.close());
  await using directory = await temporaryDirectory();
  const xl = `${directory.path}/xl`;
  await fakeXl(xl, { 'cpupool-list': { stdout: 'Name               CPU list\nPool-0             0,1\n' } });
  const ports = { ...real, files: { ...real.files, findExecutable: () => Promise.resolve(xl) } };
  const adapter = { ...xenAdapter, probe: () => Promise.resolve(richFacts) };
  const placer = createPlacer({ adapters: new Map([['xen', adapter]]), host: await real.host.facts(), ports, root: directory.path });
  const document = documentOf({ memory: '64Mi', hypervisor: 'xen', boot: { kernel: '/k' }, cpu: { count: 2, pinning: [1, 2] } });
  const placing = await placer.place({ document, generation: 1, anchorKey: 'key' }, purpose);
  return { placing, calls: await readFile(`${xl}.calls`, 'utf8').catch(() => '') };
}

test('to start, a CPU that guests do not run on stands in the way, until they do', async () => {
  const { calls, placing } = await placed('to start');
  expect(placing).toMatchObject({ ok: false, retryable: true, problems: [{ field: 'spec.cpu.pinning', code: 'PLAN_CPU_MISSING', message: expect.stringContaining('CPU 2,') as unknown }] });
  expect(calls).toBe('cpupool-list -c\n');
});

test('to weigh what a guest that runs counts for, it does not, and Xen is not asked', async () => {
  const { calls, placing } = await placed('to weigh');
  expect(placing).toMatchObject({ ok: true, placed: { placement: { hypervisor: 'xen', cpus: 2 } } });
  expect(calls).toBe('');
});
