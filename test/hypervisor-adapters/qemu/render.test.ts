import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import type { AnchorPlan, PlanProblem } from '../../../src/hypervisor-adapters/contract/plan.js';
import { plan } from '../../../src/hypervisor-adapters/qemu/render/plan.js';
import { goldenDocuments } from './golden-documents.js';
import { documentOf, plainFacts, requestOf, richFacts } from './plan-requests.js';

function planned(spec: DomainDocumentInput['spec'], facts: HypervisorFacts = plainFacts): AnchorPlan {
  const outcome = plan(requestOf(documentOf(spec), facts));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
}

function problems(spec: DomainDocumentInput['spec'], facts: HypervisorFacts = plainFacts): readonly PlanProblem[] {
  const outcome = plan(requestOf(documentOf(spec), facts));
  return outcome.ok ? [] : outcome.problems;
}

describe('golden argv, one argument a line', () => {
  it.each(Object.entries(goldenDocuments('/images')))('%s', async (name, { spec, facts }) => {
    await expect(`${planned(spec, facts).recipe.args.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});

describe('a plan', () => {
  it('holds the device model, with who serves each device and why', () => {
    expect(planned({ memory: '64Mi', networks: [{ type: 'tap', tap: 'tap0' }] }, richFacts).deviceModel.devices.at(-1)).toEqual({
      id: 'net0',
      class: 'network',
      frontEnd: 'virtio-net-pci',
      bus: 'pcie.0',
      address: '0x14',
      backEnd: { kind: 'kernel', name: 'vhost-net', host: 'tap0' },
      why: 'vhost-net serves it: packets go from guest to tap inside the host kernel',
      field: 'spec.networks[0]',
      properties: { mac: '52:54:00:c9:60:6e', romfile: '' },
    });
  });

  it('claims what two domains cannot share', () => {
    const { claims } = planned({
      memory: '64Mi',
      disks: [{ image: '/images/a.img' }, { image: '/images/b.img', readOnly: true }],
      networks: [{ forward: [{ host: 8080, guest: 80 }] }],
      display: { vnc: { display: 7 } },
    });
    expect(claims.map(({ kind, id, mode, field }) => `${kind} ${id} ${mode} ${field}`).sort()).toEqual([
      'host-port tcp:127.0.0.1:8080 exclusive spec.networks[0].forward[0].host',
      'image /images/a.img exclusive spec.disks[0].image',
      'image /images/b.img shared spec.disks[1].image',
      'vnc-display 127.0.0.1:7 exclusive spec.display.vnc.display',
    ]);
  });

  it('counts guest memory and overhead, or what the document says of it', () => {
    expect(planned({ memory: '64Mi', memoryOverhead: '1Mi' }).memoryBytes).toBe(65 * 1024 ** 2);
    expect(planned({ memory: '64Mi' }).memoryBytes).toBeGreaterThan(130 * 1024 ** 2);
  });

  it('carries a marker that is one of its arguments, and never removes the lock that it names', () => {
    const { recipe } = planned({ memory: '64Mi' });
    expect(recipe.args).toContain(recipe.marker);
    expect(recipe.transient).toEqual(['/run/hypervisor/qemu/web/qmp', '/run/hypervisor/qemu/web/monitor', '/run/hypervisor/qemu/web/cons']);
  });

  it('gives a bare boot sector a geometry, once its size was seen, and leaves every other disk alone', () => {
    const request = requestOf(documentOf({ memory: '64Mi', disks: [{ image: '/images/boot.img' }] }));
    const seeing = (size: number): string => JSON.stringify(plan({ ...request, seen: { '/images/boot.img': { kind: 'file', size, modified: 0, id: '1:1' } } }));
    expect(seeing(512)).toContain('\\"lcyls\\":1,\\"lheads\\":1,\\"lsecs\\":1');
    expect(seeing(516_096)).not.toContain('lcyls');
    expect(JSON.stringify(plan(request))).not.toContain('lcyls');
  });

  it('copies firmware variables once, to where the anchor finds them', () => {
    const { recipe } = planned({ memory: '64Mi', boot: { firmware: 'uefi' } }, richFacts);
    expect(recipe.copies).toEqual([{ from: '/usr/share/OVMF/OVMF_VARS_4M.fd', to: '/run/hypervisor/qemu/web/firmware-vars.fd', mode: 0o600 }]);
  });

  it('is the same for the same document', () => {
    expect(planned({ memory: '64Mi', networks: [{ type: 'tap' }], vsock: true }, richFacts)).toEqual(planned({ memory: '64Mi', networks: [{ type: 'tap' }], vsock: true }, richFacts));
  });

  it('can be kept as JSON', () => {
    const one = planned({ memory: '64Mi', disks: [{ image: '/images/a.img' }] });
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });
});

describe('a refusal names the field', () => {
  const cases: readonly (readonly [string, DomainDocumentInput['spec'], string, string])[] = [
    ['an unknown machine', { memory: '64Mi', qemu: { machine: 'microvm' } }, 'PLAN_FIELD_UNSERVED', 'spec.qemu.machine'],
    ['a machine that this QEMU lacks', { memory: '64Mi', qemu: { machine: 'pc-q35-99.0' } }, 'PLAN_MACHINE_MISSING', 'spec.qemu.machine'],
    ['acceleration that is missing', { memory: '64Mi', acceleration: 'require' }, 'PLAN_ACCELERATION_MISSING', 'spec.acceleration'],
    ['vhost that is missing', { memory: '64Mi', networks: [{ type: 'tap', vhost: 'require' }] }, 'PLAN_BACK_END_MISSING', 'spec.networks[0].vhost'],
    ['vsock without its kernel module', { memory: '64Mi', vsock: true }, 'PLAN_BACK_END_MISSING', 'spec.vsock'],
    ['sleep without an agent', { memory: '64Mi', power: 'suspended', qemu: { machine: 'pc' } }, 'PLAN_FIELD_CONFLICT', 'spec.power'],
    ['sleep on a q35 that SeaBIOS wakes', { memory: '64Mi', power: 'suspended', guestAgent: true }, 'PLAN_FIELD_CONFLICT', 'spec.power'],
    ['an MTU that the device cannot tell', { memory: '64Mi', networks: [{ model: 'e1000', mtu: 1400 }] }, 'PLAN_FIELD_CONFLICT', 'spec.networks[0].mtu'],
    ['UEFI firmware that is not installed', { memory: '64Mi', boot: { firmware: 'uefi' } }, 'PLAN_FIRMWARE_MISSING', 'spec.boot.firmware'],
    ['secure boot without its firmware', { memory: '64Mi', boot: { firmware: 'uefi', secureBoot: true } }, 'PLAN_FIRMWARE_MISSING', 'spec.boot.secureBoot'],
    ['a comma in a list of modules', { memory: '64Mi', boot: { kernel: '/k', initrd: '/a,b' } }, 'PLAN_VALUE_REFUSED', 'spec.boot.initrd'],
    ['a colon in a list of tables', { memory: '64Mi', acpiTables: ['/a:b'] }, 'PLAN_VALUE_REFUSED', 'spec.acpiTables[0]'],
    ['a name that is taken', { memory: '64Mi', disks: [{ image: '/a', name: 'net0' }], networks: [{}] }, 'PLAN_NAME_REFUSED', 'spec.networks[0].name'],
    ['a name that is no identity for QEMU', { memory: '64Mi', disks: [{ image: '/a', name: '4k' }] }, 'PLAN_NAME_REFUSED', 'spec.disks[0].name'],
    ['SATA on a machine without it', { memory: '64Mi', qemu: { machine: 'pc' }, disks: [{ image: '/a', bus: 'sata' }] }, 'PLAN_BUS_FULL', 'spec.disks[0].bus'],
    ['the disk that finds no slot', { memory: '64Mi', disks: Array.from({ length: 30 }, (_, index) => ({ image: `/${index}` })) }, 'PLAN_BUS_FULL', 'spec.disks[29]'],
  ];
  it.each(cases)('%s', (_what, spec, code, field) => {
    expect(problems(spec)).toEqual([expect.objectContaining({ code, field })]);
  });

  it('of a device that this QEMU was built without', () => {
    expect(problems({ memory: '64Mi' }, { ...plainFacts, devices: plainFacts.devices.filter((name) => name !== 'virtio-rng-pci') })).toEqual([
      expect.objectContaining({ code: 'PLAN_DEVICE_MISSING', field: 'spec.rng' }),
    ]);
  });

  it('of a tap without the device that makes one', () => {
    expect(problems({ memory: '64Mi', networks: [{ type: 'tap' }] }, { ...plainFacts, kernelBackEnds: [] })).toEqual([
      expect.objectContaining({ code: 'PLAN_BACK_END_MISSING', field: 'spec.networks[0].type' }),
    ]);
  });

  it('of another user without the right to become one', () => {
    const request = requestOf(documentOf({ memory: '64Mi', user: 'nobody' }));
    expect(plan({ ...request, host: { ...request.host, uid: 1000 } })).toMatchObject({ ok: false, problems: [{ code: 'PLAN_NOT_PERMITTED', field: 'spec.user' }] });
  });

  it('of a socket that could not be dialled, naming the path and the cure', () => {
    const outcome = plan(requestOf(documentOf({ memory: '64Mi' }), plainFacts, `/${'x'.repeat(90)}`));
    expect(outcome).toMatchObject({ ok: false, problems: [{ code: 'PLAN_PATH_TOO_LONG', cure: 'use a shorter --state-dir, or a shorter name' }] });
    expect(plan(requestOf(documentOf({ memory: '64Mi' }), plainFacts, `/${'x'.repeat(89)}`)).ok).toBe(true);
  });

  it('and all of them at once', () => {
    expect(problems({ memory: '64Mi', vsock: true, tpm: true, can: [{ interface: 'can0' }] }).map(({ field }) => field)).toEqual(['spec.tpm', 'spec.can[0]', 'spec.vsock']);
  });
});
