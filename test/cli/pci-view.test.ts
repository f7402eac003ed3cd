import { expect, it } from 'vitest';
import { painter } from '../../src/cli/text/paint.js';
import { pciLines } from '../../src/cli/views/pci-view.js';
import { listDevices } from '../../src/index.js';
import { networkInterface, pciFunction, surveyOf } from '../support/pci-function.js';
import { pvFacts, richFacts } from '../hypervisor-adapters/xen/plan-requests.js';

const plain = painter(false);
const used = { driver: 'e1000e', interfaces: [networkInterface('eth0', { defaultRoute: true, addresses: ['10.0.0.5'] })] };
const twins = ['0000:04:00.0', '0000:04:00.1'].map((address) => pciFunction(address, { multifunction: true, label: 'Slot 2' }));

it('the doctor lists which functions a guest can have, what goes with them, and what is in the way', () => {
  const listing = listDevices(surveyOf(...[pciFunction('0000:03:00.0', used), ...twins].map((one, index) => ({ ...one, iommuGroup: String(14 + Math.min(index, 1)) }))));
  expect(pciLines(listing, [], plain)).toEqual([
    '',
    'PCI FUNCTION  GROUP  DEVICE     DRIVER  FOR GUESTS',
    '0000:03:00.0  14     8086:10d3  e1000e  no: it carries eth0, through which the host is reached (default route, 10.0.0.5)',
    '0000:04:00.0  15     8086:10d3  -       yes, and 0000:04:00.1 is kept back with it (label: Slot 2)',
    '0000:04:00.1  15     8086:10d3  -       yes, and 0000:04:00.0 is kept back with it (label: Slot 2)',
  ]);
});

it('a kernel without groups has no IOMMU, unless it runs under a Xen that has one', () => {
  const listing = listDevices(surveyOf(...twins));
  expect(pciLines(listing, [pvFacts], plain).join('\n')).toContain('no IOMMU works on this host');
  expect(pciLines(listing, [richFacts], plain)).toHaveLength(4);
  expect(pciLines(listDevices(surveyOf()), [], plain)).toEqual([]);
});
