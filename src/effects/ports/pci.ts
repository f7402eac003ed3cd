/** What the kernel tells of the host's PCI functions, and of what hangs on them. Facts only: what may be passed to a guest is judged elsewhere. */

/** Of the PCI Express capability; `conventional` has none, and `unknown` could not be read. */
export type PciPortType =
  | 'endpoint'
  | 'legacy-endpoint'
  | 'root-port'
  | 'upstream-port'
  | 'downstream-port'
  | 'pcie-to-pci-bridge'
  | 'pci-to-pcie-bridge'
  | 'integrated-endpoint'
  | 'event-collector'
  | 'conventional'
  | 'unknown';

export interface PciFunction {
  /** With its domain, in lower case: `0000:03:00.0`. */
  readonly address: string;
  /** Base class, subclass and interface, six hex digits: `020000`. */
  readonly class: string;
  /** Four hex digits each. */
  readonly vendor: string;
  readonly device: string;
  /** Left out where none is bound. */
  readonly driver?: string;
  /** The firmware's name for it, such as `Onboard LAN`. */
  readonly label?: string;
  /** The kernel's number of its isolation group; left out where the kernel tells none, as in a dom0 of Xen. */
  readonly iommuGroup?: string;
  /** Address of the bridge above it; left out on a root bus. */
  readonly parent?: string;
  readonly portType: PciPortType;
  /** Is it one of several of its device? */
  readonly multifunction: boolean;
  /** Bits of the Access Control Services capability; left out where there is none. */
  readonly accessControl?: { readonly capable: number; readonly enabled: number };
  /** Address of the function whose virtual function this is. */
  readonly physicalFunction?: string;
  /** Addresses of its virtual functions that exist now. */
  readonly virtualFunctions: readonly string[];
  readonly interfaces: readonly HostInterface[];
  readonly storage: readonly HostStorage[];
  /** Is it the display that the firmware booted with? */
  readonly bootDisplay: boolean;
  /** Frame buffers that it shows: `fb0`. */
  readonly frameBuffers: readonly string[];
  /** Terminals on it that are consoles of the kernel: `ttyS4`. */
  readonly consoles: readonly string[];
  /** What of it could not be read. */
  readonly unknown: readonly string[];
}

/** A network interface as this process sees it: one that was moved into another network namespace is not seen. */
export interface NetworkFacts {
  readonly name: string;
  /** Administratively, with or without a link. */
  readonly up: boolean;
  /** Without those that are good on the link only. */
  readonly addresses: readonly string[];
  /** Does a default route leave by it? */
  readonly defaultRoute: boolean;
}

/** One that is reached through a PCI function, at whatever depth: also by way of virtio or USB. */
export interface HostInterface extends NetworkFacts {
  /** Interfaces that are made of it: bridges, bonds, VLANs, macvtaps; and what is made of those. */
  readonly above: readonly (NetworkFacts & { readonly kind: string })[];
}

/** A disk, partition or shared directory that is reached through a PCI function. */
export interface HostStorage {
  /** `sda1`, or the tag of a shared directory. */
  readonly name: string;
  /** Where it is mounted: itself, or what is made of it. */
  readonly mounts: readonly string[];
  readonly swap: boolean;
  /** Block devices that are made of it, such as `dm-0` and `md0`; and what is made of those. */
  readonly holders: readonly string[];
  /** A file system is live on it, as the kernel says, mounted where this process may not see it: `ext4`. Left out where none is known. */
  readonly fileSystem?: string;
  /** Does it belong to a pool of ZFS, which mounts under names of its own? */
  readonly pool: boolean;
}

export interface PciSurvey {
  /** By address. */
  readonly functions: readonly PciFunction[];
  /** What could not be read of the tables that are about all functions: anything may then hang on any of them. */
  readonly unknown: readonly string[];
}

export interface PciPort {
  /** Looks anew, and changes nothing. Never rejects for what cannot be read: that is in `unknown`. */
  survey(): Promise<PciSurvey>;
}
