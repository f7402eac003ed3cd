import { expect, it } from 'vitest';
import { listDevices } from '../../../src/device-model/passthrough/device-listing.js';
import { networkInterface, pciFunction, surveyOf } from '../../support/pci-function.js';

it('the list of devices says of each what a document that names it would be told, and leaves bridges out', () => {
  const { devices, groups } = listDevices(
    surveyOf(
      pciFunction('0000:00:01.0', { class: '060400', iommuGroup: '13' }),
      pciFunction('0000:03:00.0', { iommuGroup: '14', driver: 'e1000e', label: 'Onboard LAN', interfaces: [networkInterface('eth0')] }),
      pciFunction('0000:04:00.0', { iommuGroup: '15' }),
      pciFunction('0000:04:00.1', { iommuGroup: '15' }),
      pciFunction('0000:05:00.0'),
    ),
  );
  expect(groups).toBe('kernel');
  expect(devices.map(({ address, group, refusal, siblings }) => ({ address, group, refusal, siblings }))).toEqual([
    { address: '0000:03:00.0', group: '14', refusal: '0000:03:00.0 carries eth0, which is up', siblings: [] },
    { address: '0000:04:00.0', group: '15', refusal: null, siblings: ['0000:04:00.1'] },
    { address: '0000:04:00.1', group: '15', refusal: null, siblings: ['0000:04:00.0'] },
    { address: '0000:05:00.0', group: null, refusal: 'no IOMMU of this host stands before 0000:05:00.0', siblings: [] },
  ]);
});
