import type { PciFunction, PciSurvey } from '../../effects/ports/pci.js';
import { chooseFunctions } from './choose-functions.js';
import type { IsolationGroups } from './isolation-groups.js';

/** One line of the host's list: what a document that names this function would be told. */
export interface ListedDevice extends Pick<PciFunction, 'address' | 'vendor' | 'device' | 'class' | 'driver' | 'label'> {
  /** Name of its isolation group; null where no IOMMU stands before it. */
  readonly group: string | null;
  /** Addresses of the others of its group that are kept back with it. */
  readonly siblings: readonly string[];
  /** Why it cannot be passed to a guest now; null where it can. */
  readonly refusal: string | null;
}

export interface DeviceListing {
  /** `kernel`: an IOMMU works in this kernel. `derived`: there is none, or a hypervisor below the kernel has it. */
  readonly groups: IsolationGroups['source'];
  /** All PCI functions of the host but its bridges, by address. */
  readonly devices: readonly ListedDevice[];
}

export function listDevices(survey: PciSurvey): DeviceListing {
  const devices = survey.functions.filter((one) => !one.class.startsWith('06')).flatMap((one) => lines(one, survey));
  return { groups: chooseFunctions([], survey).groups, devices };
}

/** One: an address names one function. */
function lines({ address }: PciFunction, survey: PciSurvey): readonly ListedDevice[] {
  const { groups, passed, problems } = chooseFunctions([{ address }], survey);
  const refusal = problems.length === 0 ? null : problems.map(({ message }) => message).join('; ');
  return passed.map(({ function: { class: code, device, driver, iommuGroup, label, vendor }, group, siblings }) => ({
    address,
    vendor,
    device,
    class: code,
    ...(driver === undefined ? {} : { driver }),
    ...(label === undefined ? {} : { label }),
    group: groups === 'kernel' && iommuGroup === undefined ? null : group,
    siblings: siblings.map((sibling) => sibling.address),
    refusal,
  }));
}
