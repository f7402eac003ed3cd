import { assignSlots, slotText } from '../../../device-model/slots.js';
import type { PlannedDevice } from '../../../device-model/model.js';
import type { PlanProblem } from '../../contract/plan.js';
import { jsonArgument, type Argument } from './argument.js';
import type { DeviceDraft, PlanContext } from './part.js';

/** Devices with their addresses, and how QEMU is told of them. */
export interface PlacedDevices {
  readonly devices: readonly PlannedDevice[];
  readonly args: readonly Argument[];
  readonly problems: readonly PlanProblem[];
}

/** Gives every device a place and a `-device` argument. */
export function placeDevices(context: PlanContext, drafts: readonly DeviceDraft[]): PlacedDevices {
  const { rootBus } = context.machine;
  const wanted = drafts.flatMap(({ id, field, placement }) => ('slot' in placement ? [{ id, field, region: placement.slot }] : []));
  const { slots, shortages } = assignSlots(rootBus, wanted);
  const placed = drafts.map(({ placement, wiring, ...rest }) => {
    const slot = slots.get(rest.id);
    const address = slot === undefined ? {} : { address: slotText(slot) };
    return { device: { ...rest, ...address, bus: 'bus' in placement ? placement.bus : rootBus.name } satisfies PlannedDevice, wiring };
  });
  return {
    devices: placed.map(({ device }) => device),
    args: placed.map(({ device, wiring }) =>
      jsonArgument('-device', {
        driver: device.frontEnd,
        id: device.id,
        ...wiring,
        ...device.properties,
        bus: device.bus,
        ...(device.address === undefined ? {} : { addr: device.address }),
      }),
    ),
    problems: [
      ...shortages.map(({ field, message }) => ({ field, code: 'PLAN_BUS_FULL', message, cure: 'use fewer devices, or disks on bus: scsi, which share one place' })),
      ...badNames(drafts),
      ...missingDrivers(context, drafts),
    ],
  };
}

/** QEMU wants a letter first, and one name for one device. */
function badNames(drafts: readonly DeviceDraft[]): readonly PlanProblem[] {
  const owner = new Map<string, string>();
  return drafts.flatMap(({ id, field }): PlanProblem[] => {
    if (!/^[a-z]/.test(id)) return [nameProblem(field, `the name "${id}" must begin with a letter`)];
    const other = owner.get(id);
    owner.set(id, other ?? field);
    return other === undefined ? [] : [nameProblem(field, `the name "${id}" is already that of ${other}`)];
  });
}

function nameProblem(field: string, message: string): PlanProblem {
  return { field: `${field}.name`, code: 'PLAN_NAME_REFUSED', message, cure: 'choose another name' };
}

/** Distributions build QEMU without some devices, or put them into packages of their own. */
function missingDrivers({ facts }: PlanContext, drafts: readonly DeviceDraft[]): readonly PlanProblem[] {
  return drafts
    .filter(({ frontEnd }) => !facts.devices.includes(frontEnd))
    .map(({ field, frontEnd }) => ({
      field,
      code: 'PLAN_DEVICE_MISSING',
      message: `${facts.executable ?? 'this QEMU'} has no device ${frontEnd}`,
      cure: 'install the package of your distribution that has it, or another QEMU',
    }));
}
