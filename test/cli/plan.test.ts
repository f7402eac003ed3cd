import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PlanFacts } from '../../src/cli/views/plan-view.js';
import { planText } from '../../src/cli/views/plan-view.js';
import { painter } from '../../src/cli/text/paint.js';
import type { PlacementStatus, PlannedChange } from '../../src/index.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';
import { say } from './fake-terminal.js';

const placement: PlacementStatus = {
  hypervisor: 'qemu',
  why: 'qemu is named by the document, accelerated by kvm',
  accelerator: 'kvm',
  memoryBytes: 100 * 2 ** 20,
  cpus: 2,
  deviceModel: {
    machine: 'q35',
    devices: [
      { id: 'disk0', class: 'block', frontEnd: 'virtio-blk-pci', bus: 'pcie.0', address: '0x9', backEnd: { kind: 'vmm', name: 'file', host: '/images/a.img' }, why: 'the shortest way', field: 'spec.disks[0]', properties: {} },
      { id: 'net0', class: 'network', frontEnd: 'virtio-net-pci', bus: 'pcie.0', backEnd: { kind: 'kernel', name: 'vhost-net' }, why: 'the kernel serves it', field: 'spec.networks[0]', properties: {} },
    ],
  },
};

const change = (name: string, action: PlannedChange['action'], fields: readonly string[] = []): PlannedChange => ({
  name,
  action,
  fields,
  placement: action === 'remove' ? null : placement,
  problems: [],
  notes: [],
});

const facts: PlanFacts = {
  stateDirectory: '/run/hypervisor',
  engine: { pid: 77 },
  changes: [
    change('old', 'remove'),
    change('db', 'restart', ['spec.memory.size']),
    change('cache', 'defer', ['spec.cpu.count']),
    change('web', 'change', ['spec.restart.policy']),
    { ...change('new', 'create'), notes: [{ domain: 'new', field: 'spec.deadlines.terminate', message: 'has no effect on qemu: for a reason', position: { file: 'new.yaml', line: 7, column: 5 } }] },
    change('same', 'unchanged'),
    { ...change('lost', 'create'), placement: null, problems: [{ domain: 'lost', field: 'spec.hypervisor', code: 'PLAN_NO_HYPERVISOR', message: 'nobody can run it', position: { file: 'lost.yaml', line: 5, column: 3 }, retryable: true }] },
  ],
  problems: [],
  values: {
    db: [{ field: 'spec.memory.size', before: 33554432, after: 67108864 }],
    web: [{ field: 'spec.restart.policy', before: undefined, after: 'Always' }],
  },
  orphans: [{ name: 'stray', hypervisor: 'qemu', directory: '/run/hypervisor/qemu/stray', pid: 99, presence: 'present', reason: 'process-alive' }],
};

describe('a plan', () => {
  it('reads as before', async () => {
    await expect(planText(facts, { paint: painter(false), width: undefined, devices: true })).toMatchFileSnapshot('golden/plan.txt');
  });

  it('fits a terminal', async () => {
    const text = planText(facts, { paint: painter(false), width: 80, devices: true });
    await expect(text).toMatchFileSnapshot('golden/plan-80-columns.txt');
  });
});

describe('windlass plan', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('without any hypervisor says where, why and what mends it', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    await using directory = await temporaryDirectory();
    const { code, err, out } = await say(['plan', 'examples/hello.yaml', '--state-dir', directory.path]);
    expect(code).toBe(1);
    expect(out).toContain('hello cannot be placed here');
    expect(out).toContain('Plan: 0 to create, 0 to change, 0 to restart, 0 to remove. 1 domain cannot be placed.');
    expect(err).toMatch(/^examples\/hello\.yaml:\d+:\d+ spec\.hypervisor: .*qemu-system-x86_64 is not installed; .*for qemu: install it: /);
  });

  it('says so in one JSON value', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    await using directory = await temporaryDirectory();
    const { code, out } = await say(['plan', 'examples', '-o', 'json', '--state-dir', directory.path]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, engine: null, changes: [{ name: 'hello' }, { name: 'web' }, { name: 'worker' }], problems: [{ code: 'PLAN_NO_HYPERVISOR' }, {}, {}] });
  });

  it('with a mistake in one of three files plans nothing', async () => {
    await using directory = await temporaryDirectory();
    const documents = join(directory.path, 'set');
    await mkdir(documents);
    for (const name of ['a', 'b', 'c']) await writeFile(join(documents, `${name}.yaml`), `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${name} }\nspec: { memory: ${name === 'b' ? 'much' : '32Mi'} }\n`);
    const { code, err, out } = await say(['plan', documents, '--state-dir', join(directory.path, 'state')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/b\.yaml:4:17 spec\.memory: .*\n1 problem in 1 file; nothing is applied\n$/);
  });
});
