import { join } from 'node:path';
import type { Emulator } from '../../machine/emulator.js';
import { machineFiles } from '../../machine/machine.js';
import { artefactFiles } from '../build/artefacts.js';

/** Which xenstored dom0 runs: Debian's default in OCaml, or the one in C. */
export type Store = 'oxenstored' | 'xenstored';

/** What makes one lab's machine another than the next one's; each has a snapshot of its own. */
export interface MachineKind {
  readonly emulator: Emulator;
  readonly cpus: number;
  readonly store: Store;
}

export interface MachineSetup extends MachineKind {
  /** Directory of the artefacts. */
  readonly artefacts: string;
  /** File of the machine's memory. `saved`: shared, so that it holds the memory afterwards; otherwise the machine writes to a private copy. */
  readonly memory: { readonly file: string; readonly saved: boolean };
  /** Directory for the machine's sockets and logs. */
  readonly directory: string;
  /** Directory of the host that can be mounted in dom0 over 9p. */
  readonly share: string;
}

/** The same in every start of a machine, or a snapshot does not fit it. MiB. */
const memory = 2048;
const dom0Memory = '768M';

/** SMAP crashes dom0 under TCG, RDTSCP crashes PVH guests, and AVX is illegal inside PVH. */
const processor = 'max,-smap,-smep,-rdtscp,-avx,-avx2,-f16c,-fma';
/** Lazy saving of vector registers and TCG together corrupt those of dom0 as soon as a PV guest runs: hence eager. */
const hypervisorWords = ['console=com1', 'com1=115200', `dom0_mem=${dom0Memory},max:${dom0Memory}`, 'loglvl=all', 'guest_loglvl=all', 'iommu=1', 'spec-ctrl=eager-fpu'];
const kernelWords = ['console=hvc0', 'quiet', 'panic=-1'];

/** What decides whether two starts are of the same machine; a snapshot is good for one such machine and one version of QEMU. */
export const machineShape = ({ cpus }: Pick<MachineKind, 'cpus'>): readonly string[] => [
  ...['-accel', 'tcg,thread=multi,tb-size=256', '-cpu', processor, '-smp', String(cpus), '-m', `${memory}M`],
  ...['-append', hypervisorWords.join(' '), '-display', 'none', '-nodefaults', '-no-reboot', '-no-user-config'],
  ...['-device', 'intel-iommu,intremap=on,caching-mode=off'],
  // A USB device to give away. Its controller has a place of its own: the others are numbered as they come.
  ...['-device', 'qemu-xhci,id=usb,addr=08', '-device', 'usb-tablet,bus=usb.0'],
  ...['-device', 'virtio-blk-pci,drive=root', '-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=agent,name=lab'],
  ...['-device', 'virtio-9p-pci,fsdev=share,mount_tag=share'],
  // Two NICs to pass through, 00:04.0 and 00:05.0, with a cable between them.
  ...['-netdev', 'hubport,hubid=0,id=hub0', '-device', 'e1000e,netdev=hub0,mac=52:54:00:11:00:01'],
  ...['-netdev', 'hubport,hubid=0,id=hub1', '-device', 'e1000e,netdev=hub1,mac=52:54:00:11:00:02'],
];

/** Arguments of qemu-system-x86_64 for a machine that boots, or, `incoming`, waits for the state of a saved one. */
export function commandLine(setup: MachineSetup, incoming: boolean): readonly string[] {
  const { artefacts, memory: ram, directory, share, store } = setup;
  const file = (name: keyof typeof machineFiles): string => join(directory, machineFiles[name]);
  const artefact = (name: keyof typeof artefactFiles): string => escaped(join(artefacts, artefactFiles[name]));
  return [
    ...['-machine', 'q35,kernel-irqchip=split,memory-backend=ram'],
    ...['-object', `memory-backend-file,id=ram,size=${memory}M,mem-path=${escaped(ram.file)},share=${ram.saved ? 'on' : 'off'}`],
    ...['-drive', `if=none,id=root,file=${artefact('root')},format=raw,readonly=on,file.locking=off`],
    ...['-chardev', `socket,id=agent,path=${escaped(file('agent'))},server=on,wait=off`],
    ...['-fsdev', `local,id=share,path=${escaped(share)},security_model=none,multidevs=remap`],
    ...machineShape(setup),
    ...['-kernel', join(artefacts, artefactFiles.hypervisor)],
    // A multiboot module: its file, and the words it is given.
    ...['-initrd', `${artefact('kernel')} ${kernelLine(store)},${artefact('initrd')}`],
    ...['-serial', `file:${file('console')}`, '-monitor', 'none', '-qmp', `unix:${escaped(file('monitor'))},server=on,wait=off`],
    ...(incoming ? ['-incoming', 'defer'] : []),
  ];
}

/** The words of dom0's kernel; they are part of what a snapshot saved. */
export function kernelLine(store: Store): string {
  return [...kernelWords, `lab.xenstored=${store === 'xenstored' ? 'c' : 'o'}`].join(' ');
}

/** A comma separates QEMU's options, and two of them are one. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
