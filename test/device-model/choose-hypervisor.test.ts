import { describe, expect, it } from 'vitest';
import { chooseHypervisor, type HypervisorCandidate } from '../../src/device-model/choose-hypervisor.js';
import type { HypervisorName } from '../../src/documents/domain-spec.js';

const accelerated: HypervisorCandidate = { usable: true, acceleration: { usable: true, name: 'kvm', reason: 'a test guest ran on it' } };
const emulated: HypervisorCandidate = { usable: true, acceleration: { usable: false, name: 'kvm', reason: 'there is no /dev/kvm' } };
const absent: HypervisorCandidate = { ...emulated, usable: false, reason: 'it is not installed' };

describe('the choice of a hypervisor', () => {
  it('follows the document before the node', () => {
    const decision = chooseHypervisor({ hypervisor: ['firecracker', 'auto'], acceleration: 'none' }, { qemu: emulated, firecracker: emulated }, ['qemu', 'firecracker']);
    expect(decision).toMatchObject({ chosen: 'firecracker', why: 'firecracker is named by the document, and acceleration is not wanted', rejected: [] });
  });

  it('takes the node’s order for auto, and says why others are passed over', () => {
    const decision = chooseHypervisor({ hypervisor: ['auto'], acceleration: 'none' }, { xen: absent, qemu: emulated }, ['xen', 'qemu', 'acrn']);
    expect(decision.chosen).toBe('qemu');
    expect(decision.rejected).toEqual([
      { hypervisor: 'xen', why: 'it is not installed' },
      { hypervisor: 'acrn', why: 'this engine has no adapter for it' },
    ]);
  });

  it('prefers an accelerated one over an earlier one that is not', () => {
    const decision = chooseHypervisor({ hypervisor: ['auto'], acceleration: 'prefer' }, { xen: emulated, qemu: accelerated }, ['xen', 'qemu']);
    expect(decision).toMatchObject({
      chosen: 'qemu',
      why: "qemu is the node's first choice that can run it, accelerated by kvm",
      rejected: [{ hypervisor: 'xen', why: 'it is not accelerated here: there is no /dev/kvm' }],
    });
  });

  it('looks at no acceleration where none is wanted: the first that can run it', () => {
    const decision = chooseHypervisor({ hypervisor: ['auto'], acceleration: 'none' }, { xen: emulated, qemu: accelerated });
    expect(decision).toMatchObject({ chosen: 'xen', why: "xen is the node's first choice that can run it, and acceleration is not wanted" });
  });

  it('falls back to emulation where acceleration is only preferred, and says so', () => {
    const decision = chooseHypervisor({ hypervisor: ['auto'], acceleration: 'prefer' }, { qemu: emulated }, ['qemu']);
    expect(decision).toMatchObject({ chosen: 'qemu', why: "qemu is the node's first choice that can run it, without acceleration: there is no /dev/kvm" });
  });

  it('chooses nobody where acceleration is required and missing', () => {
    const decision = chooseHypervisor({ hypervisor: ['qemu'], acceleration: 'require' }, { qemu: emulated });
    expect(decision).toMatchObject({ chosen: undefined, why: 'no hypervisor that the document allows can run it here', rejected: [{ hypervisor: 'qemu', why: 'acceleration is required: there is no /dev/kvm' }] });
  });

  it('goes through all that isolate by the order of their worth, where the node says nothing, and names none that is not usable', () => {
    const unusable: HypervisorCandidate = { usable: false, acceleration: emulated.acceleration };
    const here: Partial<Record<HypervisorName, HypervisorCandidate>> = { acrn: emulated, firecracker: emulated, qemu: emulated, xen: emulated };
    for (const chosen of ['xen', 'qemu', 'firecracker', 'acrn'] as const) {
      const decision = chooseHypervisor({ hypervisor: ['auto'], acceleration: 'none' }, here);
      expect(decision.chosen).toBe(chosen);
      expect(decision.rejected.every(({ why }) => why === 'it is not usable on this host')).toBe(true);
      here[chosen] = unusable;
    }
    expect(chooseHypervisor({ hypervisor: ['auto'], acceleration: 'none' }, here)).toMatchObject({ chosen: undefined, rejected: { length: 4 } });
  });

  it('never takes a mere process or a unikernel tender for auto', () => {
    expect(chooseHypervisor({ hypervisor: ['auto'], acceleration: 'none' }, { process: emulated, solo5: emulated }).chosen).toBeUndefined();
    expect(chooseHypervisor({ hypervisor: ['process'], acceleration: 'none' }, { process: emulated }).chosen).toBe('process');
  });
});
