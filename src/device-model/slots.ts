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

/** The part of the bus where a kind of device is put: singletons `low`, disks `middle`, networks `high`. */
export type SlotRegion = 'low' | 'middle' | 'high';

/** A device in need of a place. */
export interface SlotRequest {
  readonly id: string;
  readonly field: string;
  readonly region: SlotRegion;
}

/** A device that found no place. */
interface SlotShortage {
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
 * Guests find and name devices by their place (a network device in slot 0x14 is `enp0s20`): within a kind they are in the order of the
 * document, and an edit of one kind does not move those of another. A region that is full goes on in the far end of the others, and only a full
 * bus is a shortage.
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

/** Where regions begin, in parts of the bus: 1-7, 8-0x13 and 0x14-0x1e on q35. */
const regionStarts: Readonly<Record<SlotRegion, number>> = { low: 0, middle: 1 / 4, high: 5 / 8 };

function searchOrder(bus: SlotBus, region: SlotRegion): readonly number[] {
  const size = bus.last - bus.first + 1;
  const start = (of: SlotRegion): number => bus.first + Math.floor(size * regionStarts[of]);
  const ends: Readonly<Record<SlotRegion, number>> = { low: start('middle') - 1, middle: start('high') - 1, high: bus.last };
  const slotsOf = (of: SlotRegion): readonly number[] => Array.from({ length: ends[of] - start(of) + 1 }, (_, index) => start(of) + index);
  const others = (['low', 'middle', 'high'] as const).filter((other) => other !== region);
  return [...slotsOf(region), ...others.flatMap((other) => slotsOf(other).toReversed())];
}
