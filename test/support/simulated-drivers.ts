import { WindlassError } from '../../src/errors.js';
import type { PciBinding, PciDriverPort } from '../../src/effects/ports/pci-drivers.js';

export interface SimulatedDrivers extends PciDriverPort {
  /** By address, as they are now. */
  readonly bindings: Map<string, PciBinding>;
  /** Acts so far, such as `unbind 0000:01:00.0`. */
  readonly acts: readonly string[];
  /** Drivers that refuse whatever they are given. */
  readonly refusing: Set<string>;
}

/** A kernel that binds drivers as Linux does: an override keeps others away, and whoever is bound has to be unbound first. */
export function simulatedDrivers(bindings: Readonly<Record<string, PciBinding>>): SimulatedDrivers {
  const now = new Map(Object.entries(bindings));
  const acts: string[] = [];
  const refusing = new Set<string>();
  const change = async (act: string, address: string, to: (one: PciBinding) => PciBinding): Promise<void> => {
    const one = now.get(address);
    if (one === undefined) throw new WindlassError('PCI_DRIVER_REFUSED', `there is no ${address}`);
    acts.push(`${act} ${address}`);
    now.set(address, await Promise.resolve(to(one)));
  };
  return {
    bindings: now,
    acts,
    refusing,
    binding: (address) => Promise.resolve(now.get(address)),
    setOverride: (address, driver) => change('override', address, ({ override: _, ...one }) => ({ ...one, ...(driver === undefined ? {} : { override: driver }) })),
    unbind: (address) => change('unbind', address, ({ driver: _, ...one }) => one),
    bind: (address, driver) =>
      change('bind', address, (one) => {
        const refused = refusing.has(driver) || one.driver !== undefined || (one.override !== undefined && one.override !== driver);
        if (refused) throw new WindlassError('PCI_DRIVER_REFUSED', `${driver} does not take ${address}`, { retryable: true });
        return { ...one, driver };
      }),
  };
}
