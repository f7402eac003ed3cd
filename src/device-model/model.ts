/** A value of a device property, as every hypervisor can take it. */
export type PropertyValue = string | number | boolean;

/** The set of virtual buses and devices that a domain sees, each with a front end and a back end. JSON only. */
export interface DeviceModel {
  /** Machine type or platform, such as `q35`. */
  readonly machine: string;
  readonly devices: readonly PlannedDevice[];
}

export type DeviceClass =
  | 'block'
  | 'cdrom'
  | 'network'
  | 'console'
  | 'share'
  | 'display'
  | 'input'
  | 'sound'
  | 'rng'
  | 'crypto'
  | 'tpm'
  | 'vsock'
  /** Has another kernel make the guest's connections. */
  | 'sockets'
  | 'can'
  | 'usb'
  | 'pci'
  /** Tells the host about the guest: pvpanic, a watchdog. */
  | 'health'
  /** The way to a program inside the guest that the host can ask for things. */
  | 'agent'
  /** Carries other devices: a USB or SCSI host adapter. */
  | 'controller';

export interface PlannedDevice {
  /** Unique in its domain, safe in argv: `disk0`, `net1`. */
  readonly id: string;
  readonly class: DeviceClass;
  /** What the guest's driver sees, such as `virtio-blk-pci`. */
  readonly frontEnd: string;
  /** `pcie.0`, `isa`, `xenbus`, `mmio` … */
  readonly bus: string;
  /** Address on that bus where the planner gives one, such as `0x4`. */
  readonly address?: string;
  readonly backEnd: BackEnd;
  /** One sentence: why this front and back end. */
  readonly why: string;
  /** The field that asked for it, such as `spec.disks[0]`. */
  readonly field: string;
  /** What is set on the front end besides its bus and address, in the hypervisor's own words. */
  readonly properties: Readonly<Record<string, PropertyValue>>;
}

/** Where the device's I/O is served: the host kernel first, then another process, and the VMM as the last resort. */
export interface BackEnd {
  readonly kind: 'kernel' | 'process' | 'vmm';
  /** `vhost-net`, `qemu-storage-daemon`, `file`, `slirp` … */
  readonly name: string;
  /** What of the host it leads to: a path, an interface, a socket. */
  readonly host?: string;
}
