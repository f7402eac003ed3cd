/** Takes PCI functions of the host from their drivers for vfio, which QEMU reaches them through, and gives them back. */
import { keeper, stepsTo, toRemember, whenGivenBack, whenTaken } from '../../../device-model/passthrough/binding-steps.js';
import type { PciBinding } from '../../../effects/ports/pci-drivers.js';
import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import type { Claim } from '../../contract/claim.js';
import type { StateLayout } from '../../contract/state-layout.js';
import { addressesIn, claimsOnRemembered, eachInTurn, type FormerDrivers, formerDrivers } from '../../taken-devices.js';

/** Whole isolation groups, as the claims name them: vfio opens none of which a driver of the host has a part. */
export async function takeDevices(ports: Ports, claims: readonly Claim[], { root }: StateLayout): Promise<void> {
  const former = formerDrivers(ports, root, '.json');
  // One after the other: the host's drivers let go in a known order, and a failure leaves the rest as it is.
  for (const address of addressesIn(claims)) await take(ports, former, address);
}

/** Those that this engine, or one before it, has taken. What the host's owner has reserved for guests stays reserved. */
export async function giveBackDevices(ports: Ports, claims: readonly Claim[], { root }: Pick<StateLayout, 'root'>): Promise<void> {
  const former = formerDrivers(ports, root, '.json');
  await eachInTurn(addressesIn(claims), (address) => giveBack(ports, former, address));
}

export function takenDevices(ports: Ports, { root }: Pick<StateLayout, 'root'>): Promise<readonly Claim[]> {
  return claimsOnRemembered(formerDrivers(ports, root, '.json'));
}

async function take(ports: Ports, former: FormerDrivers, address: string): Promise<void> {
  const now = await ports.pciDrivers.binding(address);
  if (now === undefined) throw new WindlassError('PCI_DEVICE_GONE', `there is no PCI function ${address} any more`, { field: 'spec.pci', retryable: true });
  const had = toRemember(now, await former.recall(address));
  if (had !== undefined) await former.remember(address, had);
  await go(ports, address, now, whenTaken(now));
  const { driver, group } = (await ports.pciDrivers.binding(address)) ?? {};
  if (driver !== keeper) {
    throw new WindlassError('PCI_DRIVER_REFUSED', `${keeper} has not taken ${address}`, { field: 'spec.pci', retryable: true, cure: 'see the kernel’s log (dmesg)' });
  }
  await assertOpenable(ports, address, group);
}

async function giveBack(ports: Ports, former: FormerDrivers, address: string): Promise<void> {
  const remembered = await former.recall(address);
  const now = remembered === undefined ? undefined : await ports.pciDrivers.binding(address);
  if (remembered !== undefined && now !== undefined) {
    await go(ports, address, now, whenGivenBack(now, remembered)).catch((cause: unknown) => {
      if (!(cause instanceof WindlassError) || cause.code !== 'PCI_DRIVER_REFUSED') throw cause;
      const cure = `bind it by hand, or remove ${former.path(address)} to leave it as it is`;
      throw new WindlassError('PCI_DRIVER_REFUSED', cause.message, { cause, cure, field: 'spec.pci', retryable: true });
    });
  }
  await former.forget(address);
}

async function go({ pciDrivers }: Ports, address: string, now: PciBinding, goal: PciBinding): Promise<void> {
  for (const step of stepsTo(now, goal)) {
    if (step.act === 'override') await pciDrivers.setOverride(address, step.driver);
    else if (step.act === 'unbind') await pciDrivers.unbind(address);
    else await pciDrivers.bind(address, step.driver);
  }
}

/** The group's node is there as soon as vfio has its first function. */
async function assertOpenable(ports: Ports, address: string, group: string | undefined): Promise<void> {
  const node = `/dev/vfio/${group ?? '?'}`;
  if (group !== undefined && (await ports.files.accessible(node, 'write'))) return;
  throw new WindlassError('PCI_NOT_PERMITTED', `this engine may not open ${node}, through which ${address} is reached`, {
    field: 'spec.pci',
    retryable: true,
    cure: `run the engine as root, or give its user ${node}`,
  });
}
