import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HostFacts } from '../../../src/effects/ports/host.js';
import type { PciFunction } from '../../../src/effects/ports/pci.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import type { AnchorPlan, PlanProblem } from '../../../src/hypervisor-adapters/contract/plan.js';
import { plan } from '../../../src/hypervisor-adapters/qemu/render/plan.js';
import { pciFunction } from '../../support/pci-function.js';
import { documentOf, plainFacts, requestOf, richFacts } from './plan-requests.js';

type Spec = Partial<DomainDocumentInput['spec']>;
interface Circumstances {
  readonly facts?: HypervisorFacts;
  readonly host?: Partial<HostFacts>;
  readonly functions?: readonly PciFunction[];
}

const express = [{ address: '0000:01:00.0' }];

function outcomeOf(spec: Spec, { facts = richFacts, functions, host = {} }: Circumstances): ReturnType<typeof plan> {
  const request = requestOf(documentOf({ memory: '64Mi', ...spec }), facts);
  return plan({ ...request, host: { ...request.host, ...host }, ...(functions === undefined ? {} : { pci: { functions, unknown: [] } }) });
}

function planned(spec: Spec, circumstances: Circumstances = {}): AnchorPlan {
  const outcome = outcomeOf(spec, circumstances);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
}

function problems(spec: Spec, circumstances: Circumstances = {}): readonly PlanProblem[] {
  const outcome = outcomeOf(spec, circumstances);
  return outcome.ok ? [] : outcome.problems;
}

const devices = (spec: Spec): readonly string[] =>
  planned(spec)
    .deviceModel.devices.filter(({ field }) => field.startsWith('spec.pci'))
    .map(({ backEnd, bus, frontEnd }) => `${frontEnd} on ${bus}${backEnd.host === undefined ? '' : ` is ${backEnd.host}`}`);

describe('a PCI function of the host', () => {
  it('gets a root port of its own where it is one of PCI Express', () => {
    expect(devices({ pci: express })).toEqual(['pcie-root-port on pcie.0', 'vfio-pci on pci0.port is 0000:01:00.0']);
  });

  it('is on the root bus where it is a conventional one, and on a machine without PCI Express', () => {
    expect(devices({ pci: [{ address: '0000:00:19.0' }] })).toEqual(['vfio-pci on pcie.0 is 0000:00:19.0']);
    expect(devices({ pci: express, qemu: { machine: 'pc' } })).toEqual(['vfio-pci on pci.0 is 0000:01:00.0']);
  });

  it('claims its whole group, of which the plan names what is kept back', () => {
    const { claims, deviceModel } = planned({ pci: [{ address: '0000:00:19.0' }] });
    expect(claims.map(({ id, kind, mode }) => `${kind} ${id} ${mode}`)).toEqual(['pci 0000:00:19.0 exclusive', 'pci 0000:00:19.1 exclusive']);
    expect(deviceModel.devices.at(-1)?.why).toContain('0000:00:19.1 shares isolation group 10 with it, and is kept back');
  });

  it('comes with all of its group where the document names that', () => {
    expect(devices({ pci: [{ group: 10 }] })).toEqual(['vfio-pci on pcie.0 is 0000:00:19.0', 'vfio-pci on pcie.0 is 0000:00:19.1']);
  });

  it('is refused while the host needs it', () => {
    expect(problems({ pci: [{ address: '0000:02:00.0' }] })).toEqual([expect.objectContaining({ field: 'spec.pci[0]', code: 'PLAN_DEVICE_NEEDED', message: expect.stringContaining('0000:02:00.0 carries eth0') as unknown })]);
  });

  it('is refused without vfio, with the word that mends it', () => {
    expect(problems({ pci: express }, { facts: plainFacts })).toContainEqual(expect.objectContaining({ code: 'PLAN_BACK_END_MISSING', cure: 'modprobe vfio-pci' }));
  });

  it('is refused without an IOMMU, with the words that switch it on', () => {
    const found = problems({ pci: express }, { functions: [pciFunction('0000:01:00.0')] });
    expect(found).toEqual([expect.objectContaining({ field: 'spec.pci', code: 'PLAN_BACK_END_MISSING', cure: expect.stringContaining('intel_iommu=on') as unknown })]);
  });

  it('is taken from its driver by root alone, and may be reserved for others', () => {
    const host = { uid: 1000, lockedMemoryLimit: null };
    expect(problems({ pci: express }, { host })).toEqual([expect.objectContaining({ code: 'PLAN_NOT_PERMITTED', message: 'only root can take 0000:01:00.0 from its driver' })]);
    expect(problems({ pci: express }, { host, functions: [pciFunction('0000:01:00.0', { iommuGroup: '12', driver: 'vfio-pci' })] })).toEqual([]);
  });
});

describe('memory of a guest with PCI devices is locked', () => {
  const tooMuch = expect.objectContaining({ field: 'spec.pci', code: 'PLAN_NOT_PERMITTED', message: expect.stringContaining('96 MiB here, and its user may lock 8 MiB') as unknown }) as unknown;

  it('which another user may not do beyond its limit', () => {
    expect(problems({ pci: express, user: 'nobody' })).toEqual([tooMuch]);
    expect(problems({ pci: express, user: 'nobody' }, { host: { lockedMemoryLimit: 95 * 1024 ** 2 } })).toHaveLength(1);
    expect(problems({ pci: express, user: 'nobody' }, { host: { lockedMemoryLimit: 96 * 1024 ** 2 } })).toEqual([]);
    expect(problems({ pci: express, user: 'nobody' }, { host: { lockedMemoryLimit: null } })).toEqual([]);
  });

  it('with the memory of its display', () => {
    expect(problems({ pci: express, user: 'nobody', display: { vnc: {} } }, { host: { lockedMemoryLimit: 96 * 1024 ** 2 } })).toHaveLength(1);
  });

  it('which root may do without a limit, and nobody does without such devices', () => {
    expect(problems({ pci: express })).toEqual([]);
    expect(problems({ user: 'nobody' })).toEqual([]);
  });
});
