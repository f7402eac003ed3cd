/** What a host can do with a hypervisor: the answer of `probe`, and what it is asked for. */
import type { HypervisorName } from './hypervisor-name.js';

/** What a probe found. JSON only: it is cached by `fingerprint` and printed by `windlass doctor`. */
export interface HypervisorFacts {
  readonly hypervisor: HypervisorName;
  readonly usable: boolean;
  /** Why not usable, or a remark; and what mends it. */
  readonly reason?: string;
  readonly cure?: string;
  /** Not usable, and that stays so until the host is booted anew: nobody need ask again. */
  readonly untilReboot?: true;
  readonly version?: string;
  /** Absolute path of the VMM or tool. */
  readonly executable?: string;
  readonly acceleration: { readonly usable: boolean; readonly name: string; readonly reason: string };
  /** Machine types, device drivers and other named abilities, as the hypervisor names them. */
  readonly machines: readonly string[];
  readonly devices: readonly string[];
  /** Host kernel back ends that can be opened by this engine: `vhost-net`, `vhost-vsock`, `vhost-scsi`, `tun`, `vfio-pci`. */
  readonly kernelBackEnds: readonly string[];
  /** Domains can be pinned to CPUs of which none has a higher number, online or not, until the host is booted anew. Left out where none can be. */
  readonly highestCpu?: number;
  /** UEFI firmware on this host, best first. Left out where the hypervisor needs none of the host's. */
  readonly firmware?: readonly FirmwareFacts[];
  /** What lies where UEFI firmware is looked for, and is none for this hypervisor. */
  readonly refusedFirmware?: readonly RefusedFirmware[];
}

/** A UEFI firmware, as its package describes it. */
export interface FirmwareFacts {
  /** Absolute path of the code, which all domains share. */
  readonly code: string;
  /** Absolute path of the template of its variables, of which each domain gets a copy. */
  readonly variables: string;
  /** Machine types that it is for, with `*` for any end: `pc-q35-*`. */
  readonly machines: readonly string[];
  /** Does it start signed code only, with the usual keys enrolled? */
  readonly secureBoot: boolean;
  /** Does it need system management mode? */
  readonly needsSmm: boolean;
}

export interface RefusedFirmware {
  /** Absolute. */
  readonly path: string;
  readonly reason: string;
  readonly cure?: string;
}

/** What a probe should find out. A probe answers from its cache where nothing has changed since. */
export interface ProbeWish {
  /** Find out whether acceleration truly works, which may take seconds; otherwise the facts call it unusable for not having been tested. */
  readonly acceleration: boolean;
  /** Another VMM than the one on PATH, such as `spec.qemu.binary`. */
  readonly executable?: string;
  /** Another program that serves the devices of guests than the hypervisor's own: `spec.xen.deviceModel`. */
  readonly deviceModel?: string;
  /** Test again, whatever the cache says. */
  readonly fresh?: boolean;
}
