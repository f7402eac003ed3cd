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

it('each has what the kernel and the firmware call it, if they do', () => {
  const { devices } = listDevices(surveyOf(pciFunction('0000:03:00.0', { iommuGroup: '14', driver: 'vfio-pci', label: 'Onboard LAN' }), pciFunction('0000:04:00.0', { iommuGroup: '15', class: '010802', vendor: '1b36', device: '0010' })));
  expect(devices).toStrictEqual([
    { address: '0000:03:00.0', vendor: '8086', device: '10d3', class: '020000', driver: 'vfio-pci', label: 'Onboard LAN', group: '14', siblings: [], refusal: null },
    { address: '0000:04:00.0', vendor: '1b36', device: '0010', class: '010802', group: '15', siblings: [], refusal: null },
  ]);
});

it('where the kernel tells no groups, as in a dom0 of Xen, they are those that are worked out', () => {
  const { devices, groups } = listDevices(surveyOf(...['0000:03:00.0', '0000:03:00.1'].map((address) => pciFunction(address, { multifunction: true }))));
  expect(groups).toBe('derived');
  expect(devices).toMatchObject([
    { group: '0000:03:00.0', siblings: ['0000:03:00.1'] },
    { group: '0000:03:00.0', siblings: ['0000:03:00.0'] },
  ]);
});

it('all reasons against a device are told, apart from each other', () => {
  const { devices } = listDevices(surveyOf(pciFunction('0000:03:00.0', { interfaces: [networkInterface('eth0')], unknown: ['/sys/bus/pci/devices/0000:03:00.0/driver (EACCES)'] })));
  expect(devices).toMatchObject([{ refusal: '0000:03:00.0 carries eth0, which is up; whether the host uses 0000:03:00.0 cannot be told: /sys/bus/pci/devices/0000:03:00.0/driver (EACCES)' }]);
});
