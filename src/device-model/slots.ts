/** A bus with numbered places for devices. */
export interface SlotBus {
  /** Such as `pcie.0`. */
  readonly name: string;
  readonly first: number;
  /** Included. */
  readonly last: number;
  /** Places that the machine itself takes, and what sits there. */
  readonly reserved: Readonly<Record<number, string>>;
}

/** Which end of the bus a device is counted from. */
export type SlotRegion = 'low' | 'middle' | 'high';

/** A device in need of a place. */
export interface SlotRequest {
  readonly id: string;
  readonly field: string;
  readonly region: SlotRegion;
}

/** A device that found no place. */
export interface SlotShortage {
  readonly field: string;
  readonly message: string;
}

/** Places by device id, and whoever got none. */
export interface SlotAssignment {
  readonly slots: ReadonlyMap<string, number>;
  readonly shortages: readonly SlotShortage[];
}

/**
 * Gives every device a place, in the order of the requests.
 *
 * Guests name devices after their place (a network device in slot 0x1e is `enp0s30`), so that an edit should not move those that it does
 * not touch: singletons count up from the first slot, disks up from the middle, networks down from the last. A region that is full goes
 * on where there is room, and only a full bus is a shortage.
 */
export function assignSlots(bus: SlotBus, requests: readonly SlotRequest[]): SlotAssignment {
  const free = new Set<number>();
  for (let slot = bus.first; slot <= bus.last; slot += 1) if (!(slot in bus.reserved)) free.add(slot);
  const room = free.size;
  const slots = new Map<string, number>();
  const shortages: SlotShortage[] = [];
  for (const { id, field, region } of requests) {
    const slot = searchOrder(bus, region).find((candidate) => free.has(candidate));
    if (slot === undefined) {
      shortages.push({ field, message: `bus ${bus.name} has room for ${room} devices, and all are taken` });
      continue;
    }
    free.delete(slot);
    slots.set(id, slot);
  }
  return { slots, shortages };
}

/** `0x4`, as QEMU and lspci write it. */
export function slotText(slot: number): string {
  return `0x${slot.toString(16)}`;
}

function searchOrder(bus: SlotBus, region: SlotRegion): readonly number[] {
  const upwards = Array.from({ length: bus.last - bus.first + 1 }, (_, index) => bus.first + index);
  if (region === 'high') return upwards.toReversed();
  if (region === 'low') return upwards;
  const middle = Math.floor((bus.first + bus.last) / 4);
  return [...upwards.slice(middle), ...upwards.slice(0, middle)];
}
