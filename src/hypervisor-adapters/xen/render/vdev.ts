import type { DiskSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import type { GuestType } from './guest-type.js';

/** Where the guest sees a disk, and which device its firmware sees there; undefined where only drivers for Xen see it. */
export interface DiskPlace {
  readonly vdev: string;
  readonly emulated: 'ide-hd' | 'scsi-hd' | undefined;
}

/** hda to hdd on the PC's own controller, or six on AHCI. */
const emulatedDisks = { ide: 4, ahci: 6 } as const;
/** SCSI ids that the adapter leaves free. */
const scsiDisks = 7;
/** The second channel's first: where every hvm guest has its CD-ROM drive. */
const cdromPlace = 2;

/** A place for each disk, in their order, and one for the CD-ROM drive (xen-vbd-interface(7) has the names). */
export function placeDisks(type: GuestType, disks: readonly DiskSpec[], cdrom: boolean): { readonly disks: readonly (DiskPlace | PlanProblem)[]; readonly cdrom: string } {
  if (type !== 'hvm') {
    return { disks: disks.map((_, place) => ({ vdev: `xvd${letters(place)}`, emulated: undefined })), cdrom: `xvd${letters(disks.length)}` };
  }
  const seats = new HvmSeats(usesAhci(disks), cdrom);
  return { disks: disks.map((disk, index) => seats.take(disk, `spec.disks[${index}]`)), cdrom: `hd${letters(cdromPlace)}` };
}

/** One disk on SATA puts all of them on AHCI: xl has one switch. */
export function usesAhci(disks: readonly DiskSpec[]): boolean {
  return disks.some(({ bus }) => bus === 'sata');
}

class HvmSeats {
  readonly #limit: number;
  readonly #cdrom: boolean;
  #next = 0;
  #scsi = 0;

  constructor(ahci: boolean, cdrom: boolean) {
    this.#limit = ahci ? emulatedDisks.ahci : emulatedDisks.ide;
    this.#cdrom = cdrom;
  }

  take(disk: DiskSpec, field: string): DiskPlace | PlanProblem {
    if (disk.bus === 'sata' && disk.readOnly) {
      return { field: `${field}.readOnly`, code: 'PLAN_FIELD_CONFLICT', message: 'the SATA disks of an hvm guest cannot be read-only', cure: 'use bus: scsi or auto' };
    }
    // Emulated IDE disks cannot be read-only; SCSI disks can.
    if ((disk.bus === 'scsi' || disk.readOnly) && this.#scsi < scsiDisks) return { vdev: `sd${letters(this.#scsi++)}`, emulated: 'scsi-hd' };
    if (disk.bus === 'scsi') return full(field, `the SCSI adapter of an hvm guest has room for ${scsiDisks} disks`);
    if (disk.readOnly && this.#next < this.#limit) this.#next = this.#limit;
    if (this.#next === cdromPlace && this.#cdrom) this.#next += 1;
    const place = this.#next;
    if (disk.bus === 'sata' && place >= this.#limit) return full(field, `the SATA controller of an hvm guest has room for ${this.#limit} disks, the CD-ROM drive among them`);
    this.#next += 1;
    return { vdev: `${place < emulatedDisks.ide ? 'hd' : 'xvd'}${letters(place)}`, emulated: place < this.#limit ? 'ide-hd' : undefined };
  }
}

function full(field: string, message: string): PlanProblem {
  return { field: `${field}.bus`, code: 'PLAN_BUS_FULL', message, cure: 'use bus: auto' };
}

/** a, b, … z, aa, ab …: how disks are counted. */
function letters(place: number): string {
  const last = String.fromCharCode('a'.charCodeAt(0) + (place % 26));
  return place < 26 ? last : `${letters(Math.floor(place / 26) - 1)}${last}`;
}
