/** From the driver that a PCI function has to the one that it shall have. Pure: run again after a crash, what is left of the way comes out. */
import type { PciBinding } from '../../effects/ports/pci-drivers.js';

/** The driver that keeps functions for guests. */
export const keeper = 'vfio-pci';

export type BindingStep =
  /** The kernel gives the function to nobody else; without a driver, to anybody. */
  | { readonly act: 'override'; readonly driver: string | undefined }
  | { readonly act: 'unbind' }
  | { readonly act: 'bind'; readonly driver: string };

/** In the order to be done in: a function that is on its way is wanted by nobody else. */
export function stepsTo(now: PciBinding, goal: PciBinding): readonly BindingStep[] {
  const overrides: BindingStep[] = now.override === goal.override ? [] : [{ act: 'override', driver: goal.override }];
  if (now.driver === goal.driver) return overrides;
  const unbinds: BindingStep[] = now.driver === undefined ? [] : [{ act: 'unbind' }];
  return [...overrides, ...unbinds, ...(goal.driver === undefined ? [] : [{ act: 'bind', driver: goal.driver } satisfies BindingStep])];
}

/** What one that is taken shall have. One that the host's owner has reserved stays as it is. */
export function whenTaken(now: PciBinding): PciBinding {
  return now.driver === keeper ? now : { driver: keeper, override: keeper };
}

/**
 * What has to be remembered before a function is taken; undefined where what is remembered still holds, or there is nothing to give back. One
 * that an engine has left half taken, or half given back, does not tell any more what it had.
 */
export function toRemember(now: PciBinding, remembered: PciBinding | undefined): PciBinding | undefined {
  if (now.driver === keeper) return undefined;
  const underWay = now.override === keeper || now.driver === undefined;
  return underWay && remembered !== undefined ? undefined : now;
}

/** What one that is given back shall have: what it had, unless somebody has given it to a driver meanwhile. */
export function whenGivenBack(now: PciBinding, remembered: PciBinding): PciBinding {
  const driver = now.driver === undefined || now.driver === keeper ? remembered.driver : now.driver;
  const override = now.override === keeper ? remembered.override : now.override;
  return { ...(driver === undefined ? {} : { driver }), ...(override === undefined ? {} : { override }) };
}
