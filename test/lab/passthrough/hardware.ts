/** The machine that the lab plays: a q35 with an IOMMU, and PCI functions of each kind that passthrough has to tell apart. */
import { join } from 'node:path';
import { machineFiles } from '../machine/machine.js';

export interface Hardware {
  readonly kernel: string;
  readonly initrd: string;
  /** Directory for the machine's sockets and logs, and for the images of its disks: `nvme0.img`, `nvme1.img`. */
  readonly directory: string;
  /** Directory of the host that is /project inside. */
  readonly share: string;
}

/** Addresses inside, as the kernel writes them: root ports and what hangs below them come in the order of their slots. */
export const functions = {
  /** Alone in its group, an integrated endpoint: QEMU's device for teaching, which reads and writes memory when it is told to. */
  edu: '0000:00:18.0',
  /** Two functions of one conventional card, which share a group: nothing keeps one from reaching the other. */
  twins: ['0000:00:19.0', '0000:00:19.1'],
  /** A PCI Express NIC alone below its root port. */
  express: '0000:01:00.0',
  /** The NIC through which the lab's host is reached: virtio, below a root port. */
  management: '0000:02:00.0',
  /** An NVMe controller that can split itself (SR-IOV). */
  splitting: '0000:03:00.0',
  /** The NVMe controller of the disk that is mounted. */
  disk: '0000:04:00.0',
  /** A bridge to conventional PCI, and two devices behind it: all requests from there look like the bridge's. */
  bridge: '0000:05:00.0',
  behindBridge: ['0000:06:01.0', '0000:06:02.0'],
  /** A NIC below a root port that reports errors: QEMU's e1000e has the registers for that, and they cannot be set. */
  reporting: '0000:07:00.0',
} as const;

/** Ids of devices for QEMU's own monitor. */
export const ids = { reporting: 'reporting' } as const;

/** One processor: of two, one missed its timer under emulation on a busy host, and the kernel stood still. */
const memory = '2048M';
/**
 * No mitigations, no audit, and no trial of the timer, which it fails on a busy host. Time is the HPET's: the kernel measures its TSC while it
 * boots, and a host that was busy then made the clock run three times as fast, with all deadlines inside.
 */
const kernelWords = ['console=ttyS0', 'quiet', 'panic=-1', 'intel_iommu=on', 'mitigations=off', 'tsc=unstable', 'clocksource=hpet', 'audit=0', 'no_timer_check'];

const rootPort = (number: number, slot: string): readonly string[] => ['-device', `pcie-root-port,id=port${number},chassis=${number},slot=${number},addr=${slot}`];
/** A NIC whose packets go nowhere. */
const hub = (number: number): readonly string[] => ['-netdev', `hubport,hubid=${number},id=hub${number}`];
const disk = (directory: string, number: number): readonly string[] => ['-drive', `if=none,id=disk${number},file=${escaped(join(directory, `nvme${number}.img`))},format=raw`];

/** Arguments of qemu-system-x86_64. */
export function commandLine({ directory, initrd, kernel, share }: Hardware): readonly string[] {
  const file = (name: keyof typeof machineFiles): string => escaped(join(directory, machineFiles[name]));
  return [
    ...['-machine', 'q35,kernel-irqchip=split', '-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'max', '-smp', '1', '-m', memory],
    ...['-display', 'none', '-nodefaults', '-no-reboot', '-no-user-config'],
    ...['-serial', `file:${file('console')}`, '-qmp', `unix:${file('monitor')},server=on,wait=off`],
    ...['-kernel', kernel, '-initrd', initrd, '-append', kernelWords.join(' ')],
    ...['-device', 'intel-iommu,intremap=on,device-iotlb=on,aw-bits=48'],
    ...['-fsdev', 'local,id=root,path=/,security_model=none,readonly=on,multidevs=remap', '-device', 'virtio-9p-pci,fsdev=root,mount_tag=root,addr=2.0'],
    ...['-fsdev', `local,id=share,path=${escaped(share)},security_model=none,multidevs=remap`, '-device', 'virtio-9p-pci,fsdev=share,mount_tag=share,addr=3.0'],
    ...['-chardev', `socket,id=agent,path=${file('agent')},server=on,wait=off`, '-device', 'virtio-serial-pci,addr=4.0', '-device', 'virtserialport,chardev=agent,name=lab'],
    ...rootPort(1, '10.0'),
    ...rootPort(2, '11.0'),
    ...rootPort(3, '12.0'),
    ...rootPort(4, '13.0'),
    ...rootPort(5, '14.0'),
    ...rootPort(6, '15.0'),
    ...[...hub(1), '-device', 'e1000e,netdev=hub1,bus=port1,mac=52:54:00:aa:00:01'],
    ...[...hub(2), '-device', 'virtio-net-pci,netdev=hub2,bus=port2,disable-legacy=on,iommu_platform=on,ats=on,mac=52:54:00:aa:00:02'],
    ...['-device', 'nvme-subsys,id=subsystem0,nqn=subsystem0', ...disk(directory, 0)],
    ...['-device', 'nvme,id=nvme0,serial=LAB0,subsys=subsystem0,bus=port3,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=4,max_ioqpairs=16,msix_qsize=16'],
    ...['-device', 'nvme-ns,drive=disk0,bus=nvme0,nsid=1,shared=on'],
    ...[...disk(directory, 1), '-device', 'nvme,id=nvme1,serial=LAB1,drive=disk1,bus=port4'],
    ...['-device', 'pcie-pci-bridge,id=bridge,bus=port5', '-device', 'edu,bus=bridge,addr=1.0', '-device', 'edu,bus=bridge,addr=2.0'],
    ...[...hub(5), '-device', `virtio-net-pci,id=${ids.reporting},netdev=hub5,bus=port6,disable-legacy=on,iommu_platform=on,aer=on,mac=52:54:00:aa:00:05`],
    ...['-device', 'edu,addr=18.0'],
    ...[...hub(3), '-device', 'e1000,netdev=hub3,addr=19.0,multifunction=on,mac=52:54:00:aa:00:03'],
    ...[...hub(4), '-device', 'e1000,netdev=hub4,addr=19.1,mac=52:54:00:aa:00:04'],
  ];
}

/** A comma separates QEMU's options, and two of them are one. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
