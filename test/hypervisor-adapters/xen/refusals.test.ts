import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import { plan } from '../../../src/hypervisor-adapters/xen/render/plan.js';
import { documentOf } from '../qemu/plan-requests.js';
import { problemsOf, pvFacts, requestOf, richFacts } from './plan-requests.js';

const kernel = { memory: '64Mi', boot: { kernel: '/k' } } as const;

/** What is wrong, where, and the code and field of the refusal. */
type Case = readonly [what: string, spec: DomainDocumentInput['spec'], code: string, field: string];

describe('a refusal names the field', () => {
  const cases: readonly Case[] = [
    ['memory that is no whole number of MiB', { ...kernel, memory: '1100Ki' }, 'PLAN_VALUE_REFUSED', 'spec.memory.size'],
    ['a maximum that is none', { ...kernel, memory: { size: '2Mi', max: '3000Ki' } }, 'PLAN_VALUE_REFUSED', 'spec.memory.max'],
    ['too many vCPUs', { ...kernel, cpu: 129 }, 'PLAN_VALUE_REFUSED', 'spec.cpu.max'],
    ['sleep where xl has no word for it', { memory: '64Mi', power: 'suspended' }, 'PLAN_FIELD_UNSERVED', 'spec.power'],
    ['pv without a kernel', { memory: '64Mi', xen: { type: 'pv' } }, 'PLAN_FIELD_CONFLICT', 'spec.boot.kernel'],
    ['pvh without kernel or UEFI', { memory: '64Mi', xen: { type: 'pvh' } }, 'PLAN_FIELD_CONFLICT', 'spec.boot.kernel'],
    ['a network without a bridge', { ...kernel, networks: [{ type: 'tap' }] }, 'PLAN_FIELD_UNSERVED', 'spec.networks[0].bridge'],
    ['a user network', { ...kernel, networks: [{}] }, 'PLAN_FIELD_UNSERVED', 'spec.networks[0].type'],
    ['an interface name that has no room for the emulated one', { memory: '64Mi', networks: [{ type: 'tap', bridge: 'br0', tap: 'twelve-chars' }] }, 'PLAN_NAME_REFUSED', 'spec.networks[0].tap'],
    ['a comma in the path of a share', { ...kernel, shares: [{ name: 'a', path: '/a,b' }] }, 'PLAN_VALUE_REFUSED', 'spec.shares[0].path'],
    ['a blank at the end of the path of a share', { ...kernel, shares: [{ name: 'a', path: '/a ' }] }, 'PLAN_VALUE_REFUSED', 'spec.shares[0].path'],
    ['a comma in the path of an emulated disk', { memory: '64Mi', disks: [{ image: '/a,b' }] }, 'PLAN_VALUE_REFUSED', 'spec.disks[0].image'],
    ['a comma in the path of an emulated CD-ROM', { memory: '64Mi', cdrom: '/a,b' }, 'PLAN_VALUE_REFUSED', 'spec.cdrom.image'],
    ['a comma in the path of a RAM disk for QEMU', { memory: '64Mi', xen: { type: 'hvm' }, boot: { kernel: '/k', initrd: '/a,b' } }, 'PLAN_VALUE_REFUSED', 'spec.boot.initrd'],
    ['a serial device that is none', { memory: '64Mi', serial: [{ type: 'device', path: '/tmp/x', log: false }] }, 'PLAN_VALUE_REFUSED', 'spec.serial[0].path'],
    ['a read-only SATA disk', { memory: '64Mi', disks: [{ image: '/a', bus: 'sata', readOnly: true }] }, 'PLAN_FIELD_CONFLICT', 'spec.disks[0].readOnly'],
    ['an eighth SCSI disk', { memory: '64Mi', disks: Array.from({ length: 8 }, (_, index) => ({ image: `/${index}`, bus: 'scsi' as const })) }, 'PLAN_BUS_FULL', 'spec.disks[7].bus'],
    ['a seventh SATA disk', { memory: '64Mi', disks: Array.from({ length: 7 }, (_, index) => ({ image: `/${index}`, bus: 'sata' as const })) }, 'PLAN_BUS_FULL', 'spec.disks[6].bus'],
    ['a name that is taken', { ...kernel, disks: [{ image: '/a', name: 'net0' }], networks: [{ type: 'tap', bridge: 'br0' }] }, 'PLAN_NAME_REFUSED', 'spec.networks[0].name'],
    ['a PCI function that is not there', { ...kernel, pci: [{ address: '00:09.0' }] }, 'PLAN_DEVICE_NOT_FOUND', 'spec.pci[0].address'],
    ["a PCI function through which the host is reached", { ...kernel, pci: [{ address: '00:07.0' }] }, 'PLAN_DEVICE_NEEDED', 'spec.pci[0]'],
    ['memory that comes later beside a PCI device', { memory: { size: '64Mi', max: '128Mi' }, pci: [{ address: '00:04.0' }] }, 'PLAN_FIELD_CONFLICT', 'spec.memory.max'],
  ];
  it.each(cases)('%s', (_what, spec, code, field) => {
    expect(problemsOf(spec)).toEqual([expect.objectContaining({ code, field })]);
  });

  it('and sleep none where xl has the word, for guests of all types', () => {
    const later = { ...richFacts, devices: [...richFacts.devices, 'suspend'] };
    for (const type of ['pv', 'pvh', 'hvm'] as const) expect(problemsOf({ ...kernel, power: 'suspended', xen: { type } }, later)).toEqual([]);
  });

  const onPoorHost: readonly Case[] = [
    ['a guest type that this Xen cannot run', { ...kernel, xen: { type: 'pvh' } }, 'PLAN_MACHINE_MISSING', 'spec.xen.type'],
    ['firmware where only pv runs', { memory: '64Mi' }, 'PLAN_MACHINE_MISSING', 'spec.xen.type'],
    ['a PCI device without an IOMMU', { ...kernel, pci: [{ address: '00:04.0' }] }, 'PLAN_BACK_END_MISSING', 'spec.pci'],
  ];
  it.each(onPoorHost)('%s', (_what, spec, code, field) => {
    expect(problemsOf(spec, pvFacts)).toEqual([expect.objectContaining({ code, field })]);
  });

  const onEmptyHost: readonly Case[] = [
    ['UEFI firmware that is not installed', { memory: '64Mi', boot: { firmware: 'uefi' } }, 'PLAN_FIRMWARE_MISSING', 'spec.boot.firmware'],
    ['the same for pvh', { memory: '64Mi', boot: { firmware: 'uefi' }, xen: { type: 'pvh' } }, 'PLAN_FIRMWARE_MISSING', 'spec.boot.firmware'],
    ['a network without netback', { ...kernel, networks: [{ type: 'tap', bridge: 'br0' }] }, 'PLAN_BACK_END_MISSING', 'spec.networks[0].type'],
    ['a PCI device without pciback', { ...kernel, pci: [{ address: '00:04.0' }] }, 'PLAN_BACK_END_MISSING', 'spec.pci'],
  ];
  it.each(onEmptyHost)('%s', (_what, spec, code, field) => {
    expect(problemsOf(spec, { ...richFacts, firmware: [], kernelBackEnds: [] })).toEqual([expect.objectContaining({ code, field })]);
  });

  it('of firmware that is there for others, by its name and with what mends it', () => {
    const uefi = { memory: '64Mi', boot: { firmware: 'uefi' as const }, xen: { type: 'pvh' as const } };
    const old = { code: '/usr/share/ovmf/OVMF.fd', variables: '', machines: ['hvm'], secureBoot: false, needsSmm: false };
    const refusedFirmware = [{ path: '/usr/share/edk2/ovmf/OVMF.fd', reason: 'without xz nobody can look into it', cure: 'install xz' }];
    const [problem] = problemsOf(uefi, { ...richFacts, firmware: [old], refusedFirmware });
    expect(problem).toMatchObject({ code: 'PLAN_FIRMWARE_MISSING', cure: 'install xz' });
    expect(problem?.message).toBe('this host has no UEFI firmware for pvh guests of Xen (/usr/share/ovmf/OVMF.fd starts hvm guests only; /usr/share/edk2/ovmf/OVMF.fd: without xz nobody can look into it)');
    expect(problemsOf({ ...uefi, xen: { type: 'hvm' } }, { ...richFacts, firmware: [old], refusedFirmware })).toEqual([]);
  });

  it('of an emulated network device without the means to make its interface', () => {
    const without = { ...richFacts, kernelBackEnds: ['blkback', 'netback'] };
    const network = { type: 'tap' as const, bridge: 'br0' };
    expect(problemsOf({ memory: '64Mi', networks: [network] }, without)).toEqual([expect.objectContaining({ code: 'PLAN_BACK_END_MISSING', field: 'spec.networks[0].type' })]);
    expect(problemsOf({ memory: '64Mi', networks: [{ ...network, vhost: 'require' }] }, without)).toEqual([]);
    expect(problemsOf({ ...kernel, networks: [network] }, without)).toEqual([]);
  });

  it('of a domain that xl would take for a number', () => {
    expect(plan(requestOf(documentOf(kernel, '5')))).toMatchObject({ ok: false, problems: [{ code: 'PLAN_NAME_REFUSED', field: 'metadata.name' }] });
  });

  it.each([
    ['an equals sign', '/run/a=b', kernel, 'PLAN_VALUE_REFUSED'],
    ['a comma, where a socket is named', '/run/a,b', { memory: '64Mi' }, 'PLAN_VALUE_REFUSED'],
    ['a long path, where a socket is named', `/${'x'.repeat(94)}`, { memory: '64Mi' }, 'PLAN_PATH_TOO_LONG'],
  ] as const)('of a state directory with %s', (_what, root, spec, code) => {
    expect(plan(requestOf(documentOf(spec), richFacts, root))).toMatchObject({ ok: false, problems: [{ code, field: 'metadata.name' }] });
  });

  it('of a VNC password, where the QEMU that serves the guest takes none: Xen’s, or the one that the document names', () => {
    const facts = { ...richFacts, devices: richFacts.devices.filter((ability) => ability !== 'vnc-password') };
    const display = { vnc: { password: { file: '/secret' } } };
    for (const spec of [{ ...kernel, display }, { memory: '64Mi', display }]) {
      const problem = { code: 'PLAN_FIELD_UNSERVED', field: 'spec.display.vnc.password' };
      expect(problemsOf(spec, facts)).toMatchObject([{ ...problem, message: expect.stringMatching(/QEMU of this Xen .* DES/) as unknown }]);
      const named = { ...spec, xen: { deviceModel: '/opt/qemu' } };
      expect(problemsOf(named, facts)).toMatchObject([{ ...problem, message: expect.stringMatching(/^\/opt\/qemu .* DES/) as unknown }]);
      expect(problemsOf(named)).toEqual([]);
      const unasked = { ...facts, devices: [...facts.devices, 'vnc-password-unknown'] };
      expect(problemsOf(spec, unasked)).toMatchObject([{ ...problem, message: expect.stringMatching(/^the QEMU of this Xen could not be asked/) as unknown }]);
    }
  });

  it('and all of them at once', () => {
    expect(problemsOf({ ...kernel, memory: '1100Ki', tpm: true, vsock: true, networks: [{}] }).map(({ field }) => field)).toEqual(['spec.networks[0].type', 'spec.tpm', 'spec.vsock', 'spec.memory.size']);
  });
});
