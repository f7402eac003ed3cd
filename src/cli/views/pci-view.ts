/** The host's PCI functions, and which of them can be passed to a guest. Pure. */
import type { DeviceListing, HypervisorFacts, ListedDevice } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import { table } from '../text/table.js';

const columns: readonly Column<ListedDevice>[] = [
  { title: 'PCI FUNCTION', cell: ({ address }) => address },
  { title: 'GROUP', cell: ({ group }) => group ?? '-' },
  { title: 'DEVICE', cell: ({ device, vendor }) => `${vendor}:${device}` },
  { title: 'DRIVER', cell: ({ driver }) => driver ?? '-' },
  { title: 'FOR GUESTS', cell: forGuests, style: ({ refusal }) => (refusal === null ? 'green' : 'dim') },
];

/** As lines; none on a host without PCI. Nothing is cut: what is in the way stands at the end. */
export function pciLines({ devices, groups }: DeviceListing, hypervisors: readonly HypervisorFacts[], paint: Paint): readonly string[] {
  if (devices.length === 0) return [];
  // Xen has the IOMMU to itself, and its kernel tells no groups.
  const xen = hypervisors.some(({ devices: abilities, hypervisor, usable }) => hypervisor === 'xen' && usable && (abilities.includes('pv_directio') || abilities.includes('hvm_directio')));
  if (groups === 'derived' && !xen) return ['', `${paint('bold', 'pci')}  no device can be passed to a guest: no IOMMU works on this host (enable VT-d or AMD-Vi in the firmware, and boot Linux with intel_iommu=on)`];
  return ['', ...table(columns, devices, { paint, width: undefined })];
}

function forGuests({ address, label, refusal, siblings }: ListedDevice): string {
  const name = label === undefined ? '' : ` (label: ${label})`;
  if (refusal !== null) return `no: ${printable(refusal.replace(`${address} `, 'it '))}${name}`;
  return `${siblings.length === 0 ? 'yes' : `yes, and ${siblings.join(', ')} ${siblings.length === 1 ? 'is' : 'are'} kept back with it`}${name}`;
}
