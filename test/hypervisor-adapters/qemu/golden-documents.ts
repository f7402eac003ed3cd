import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import { plainFacts, richFacts } from './plan-requests.js';

/** A document whose argv is committed, and whether any host with QEMU can start it. */
export interface GoldenDocument {
  readonly spec: DomainDocumentInput['spec'];
  readonly facts: HypervisorFacts;
  readonly startsAnywhere: boolean;
}

/** By name; files lie below `files`. */
export function goldenDocuments(files: string): Readonly<Record<string, GoldenDocument>> {
  const anywhere = (spec: DomainDocumentInput['spec']): GoldenDocument => ({ spec, facts: plainFacts, startsAnywhere: true });
  const there = (spec: DomainDocumentInput['spec']): GoldenDocument => ({ spec, facts: richFacts, startsAnywhere: false });
  return {
    hello: anywhere({ memory: '64Mi', disks: [{ image: `${files}/a.img` }] }),
    kernel: anywhere({
      memory: '128Mi',
      cpu: { count: 2, max: 4 },
      boot: { kernel: `${files}/multiboot`, initrd: `${files}/b.img`, cmdline: '-enable-kvm console=ttyS0 a=b,c=d -- "quoted"' },
      serial: [{ log: false }, { name: 'trace' }],
    }),
    disks: anywhere({
      memory: '1Gi',
      disks: [
        { image: `${files}/a.img`, name: 'system', serial: 'SYS-1', cache: 'none', discard: true },
        { image: `${files}/c.qcow2`, cache: 'writethrough' },
        { image: `${files}/b.img`, readOnly: true, bus: 'nvme' },
        { image: `${files}/d,e=f.img`, bus: 'scsi', cache: 'unsafe' },
        { image: `${files}/g.img`, bus: 'sata', format: 'raw', cache: 'directsync' },
      ],
      cdrom: `${files}/h.iso`,
      boot: { order: ['cdrom', 'disk'] },
    }),
    user: anywhere({
      memory: '64Mi',
      networks: [
        { forward: [{ host: 20822, guest: 22 }, { protocol: 'udp', host: 20853, guest: 53, address: '127.0.0.2' }] },
        { name: 'old', model: 'e1000', mac: '52:54:00:AA:BB:CC' },
        { name: 'pxe', order: 0, mtu: 1400 },
      ],
      boot: { order: ['network'] },
    }),
    desktop: anywhere({
      memory: '256Mi',
      display: { vnc: { address: '127.0.0.1' }, resolution: '1024x768' },
      input: ['keyboard', 'tablet', 'mouse'],
      sound: true,
      usb: [{ vendor: '046d', product: 'c077' }, { bus: 1, port: '1.2' }],
      disks: [{ image: `${files}/a.img` }],
    }),
    identity: anywhere({
      memory: '64Mi',
      spoofing: true,
      acpiTables: [`${files}/table,1.aml`],
      smbios: {
        manufacturer: 'Acme, Inc.',
        product: 'type=0,file=/etc/shadow',
        version: '1',
        serial: 'S-1',
        uuid: '01234567-89AB-4CDE-8F01-23456789ABCD',
        sku: 'K',
        family: 'F',
        assetTag: 'A,B',
        oemStrings: ['one', 'two,three=4'],
      },
    }),
    devices: anywhere({ memory: '64Mi', rng: true, crypto: true, shares: [{ name: 'data', path: `${files}/shared,dir` }, { name: 'docs', path: files, readOnly: true }] }),
    agent: anywhere({ memory: '64Mi', guestAgent: true, crypto: true, input: ['tablet'], networks: [{}], probes: { ready: { guestAgent: true } } }),
    pc: anywhere({ memory: '64Mi', rng: false, serial: [], qemu: { machine: 'pc', cpuModel: 'qemu64,+ssse3' }, disks: [{ image: `${files}/a.img` }], cdrom: `${files}/h.iso` }),
    unconfined: anywhere({ memory: '64Mi', sandbox: false, disks: [{ image: `${files}/a.img`, readOnly: true }] }),
    otherUser: anywhere({ memory: '64Mi', user: 65534, disks: [{ image: `${files}/a.img` }] }),
    accelerated: there({ memory: '2Gi', cpu: 4, acceleration: 'require', spoofing: true, disks: [{ image: '/dev/vg0/web' }] }),
    uefi: there({ memory: '512Mi', acceleration: 'none', boot: { firmware: 'uefi' }, disks: [{ image: `${files}/a.img` }] }),
    secureBoot: there({ memory: '512Mi', acceleration: 'none', boot: { firmware: 'uefi', secureBoot: true }, disks: [{ image: `${files}/a.img` }] }),
    kernelBackEnds: there({
      memory: '64Mi',
      acceleration: 'none',
      vsock: { cid: 42 },
      serial: [{}, { name: 'modem', type: 'device', path: '/dev/ttyS0' }],
      networks: [{ type: 'tap', tap: 'tap0' }, { type: 'tap', vhost: 'off' }],
    }),
    passthrough: there({ memory: '64Mi', acceleration: 'none', disks: [{ image: `${files}/a.img` }], pci: [{ address: '0000:01:00.0' }, { address: '0000:00:19.0' }] }),
  };
}
