import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import { pvFacts, richFacts } from './plan-requests.js';

/** A document whose xl.cfg is committed, and the host that it is planned for. */
export interface GoldenDocument {
  readonly spec: DomainDocumentInput['spec'];
  readonly facts: HypervisorFacts;
}

const rich = (spec: DomainDocumentInput['spec']): GoldenDocument => ({ spec, facts: richFacts });

export const goldenDocuments: Readonly<Record<string, GoldenDocument>> = {
  pv: { spec: { memory: '32Mi', boot: { kernel: '/guest/tinypv' } }, facts: pvFacts },
  pvh: rich({
    memory: { size: '256Mi', max: '512Mi' },
    cpu: { count: 2, max: 4, pinning: '0-3,8' },
    boot: { kernel: '/guest/vmlinux', initrd: '/guest/initrd, with comma', cmdline: 'console=hvc0 a="b c" \'d\' \\e on_crash="restart"' },
    disks: [{ image: '/dev/vg0/system' }, { image: '/images/data.img', readOnly: true }],
    networks: [{ type: 'tap', bridge: 'xenbr0' }],
  }),
  pvhUefi: rich({ memory: '512Mi', boot: { firmware: 'uefi' }, xen: { type: 'pvh' }, disks: [{ image: '/images/a.img' }] }),
  hvm: rich({ memory: '1Gi', disks: [{ image: '/images/system.img' }], networks: [{ type: 'tap', bridge: 'xenbr0', tap: 'web0' }] }),
  hvmUefi: rich({ memory: '1Gi', cpu: 2, boot: { firmware: 'uefi', order: ['cdrom', 'network', 'disk'] }, disks: [{ image: '/images/system.qcow2' }], cdrom: '/images/installer.iso' }),
  hvmKernel: rich({ memory: '256Mi', xen: { type: 'hvm', deviceModel: '/opt/qemu/bin/qemu-system-i386' }, boot: { kernel: '/guest/vmlinuz', initrd: '/guest/initrd', cmdline: 'console=ttyS0' } }),
  disks: rich({
    memory: '256Mi',
    boot: { kernel: '/guest/vmlinux' },
    xen: { type: 'pv' },
    disks: [
      { image: '/dev/vg0/system', name: 'system', discard: true, cache: 'none' },
      { image: '/images/a.qcow2' },
      { image: '/images/b.img', cache: 'none' },
      { image: '/images/c,vdev=xvda,', backend: 'vmm' },
      { image: '/images/d.img', format: 'raw', readOnly: true },
    ],
    cdrom: '/images/tools.iso',
  }),
  hvmDisks: rich({
    memory: '1Gi',
    disks: [
      { image: '/images/a.img' },
      { image: '/images/b.img', bus: 'scsi' },
      { image: '/images/c.img', readOnly: true },
      { image: '/images/d.qcow2' },
      { image: '/images/e.img' },
      { image: '/images/f.img' },
    ],
    cdrom: '/images/installer.iso',
  }),
  hvmSata: rich({ memory: '1Gi', disks: Array.from({ length: 6 }, (_, index) => ({ image: `/images/${index}.img`, bus: index === 0 ? ('sata' as const) : ('auto' as const) })) }),
  networks: rich({
    memory: '256Mi',
    boot: { kernel: '/guest/vmlinux' },
    networks: [
      { type: 'tap', bridge: 'xenbr0', mtu: 9000 },
      { type: 'tap', bridge: 'xenbr1', name: 'wan', tap: 'web-wan', mac: '00:16:3E:00:00:01', order: 0, vhost: 'require' },
    ],
  }),
  hvmSerial: rich({ memory: '256Mi', serial: [{}, { name: 'trace', log: false }, { name: 'modem', type: 'device', path: '/dev/ttyS0', log: false }, { type: 'pty', log: false }] }),
  desktop: rich({
    memory: '2Gi',
    display: { vnc: { display: 7 } },
    input: ['keyboard', 'tablet', 'mouse'],
    sound: true,
    usb: [{ vendor: '046d', product: 'c077' }, { bus: 1, port: '1.2' }],
    acpiTables: ['/images/table,1.aml'],
    disks: [{ image: '/images/a.img' }],
  }),
  pvGuarded: rich({ memory: '256Mi', boot: { kernel: '/guest/vmlinux' }, xen: { type: 'pv' }, display: { vnc: { address: '::', password: { file: '/etc/windlass/vnc' } } } }),
  hvmGuarded: rich({ memory: '256Mi', display: { vnc: { address: '0.0.0.0', display: 7, password: { env: 'VNC' } } } }),
  pvDesktop: rich({ memory: '256Mi', boot: { kernel: '/guest/vmlinux' }, display: { vnc: { address: '::1' } }, input: ['keyboard', 'tablet'] }),
  shares: rich({ memory: '256Mi', boot: { kernel: '/guest/vmlinux' }, shares: [{ name: 'data', path: '/srv/shared dir' }, { name: 'docs', path: '/srv/docs' }] }),
  pci: rich({ memory: '256Mi', boot: { kernel: '/guest/vmlinux' }, pci: [{ address: '00:04.0' }, { address: '0001:89:00.1' }] }),
  otherDomains: rich({ memory: '64Mi', boot: { kernel: '/guest/vmlinux' }, tpm: { version: '1.2' }, xen: { tpmBackend: 'web-vtpm', pvcalls: 'gateway' } }),
  mediaDomains: rich({ memory: '64Mi', boot: { kernel: '/guest/vmlinux' }, display: { resolution: '1920x1080' }, input: ['keyboard', 'tablet'], sound: true, xen: { displayBackend: 'panel', soundBackend: 'Domain-0' } }),
  mediaDevices: rich({ memory: '64Mi', boot: { kernel: '/guest/vmlinux' }, display: {}, sound: true, xen: { displayBackend: 'Domain-0', displayConnector: 'HDMI-A-1', displayInput: 'K:/dev/input/event0;P:/dev/input/event1', soundBackend: 'Domain-0', soundDevice: 'alsa<hw:CARD=Loopback;DEV=0>' } }),
  hvmSmbios: rich({ memory: '1Gi', disks: [{ image: '/images/a.img' }], smbios: { serial: 'SN 1', oemStrings: ['one, two'] } }),
  hvmPci: rich({ memory: '1Gi', pci: [{ address: '00:04.0' }], disks: [{ image: '/images/a.img' }] }),
};
