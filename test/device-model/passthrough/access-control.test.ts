import { describe, expect, it } from 'vitest';
import { isolates } from '../../../src/device-model/passthrough/access-control.js';
import { keptApart, pciFunction } from '../../support/pci-function.js';

/** As far as the specification of PCI Express and `pci_acs_enabled` of Linux promise it. `several`: one of several functions of its device. */
const promises = [
  { portType: 'root-port', bare: false, severalBare: false, controlled: true },
  { portType: 'downstream-port', bare: false, severalBare: false, controlled: true },
  { portType: 'upstream-port', bare: true, severalBare: false, controlled: true },
  { portType: 'endpoint', bare: true, severalBare: false, controlled: true },
  { portType: 'legacy-endpoint', bare: true, severalBare: false, controlled: true },
  { portType: 'integrated-endpoint', bare: true, severalBare: false, controlled: true },
  { portType: 'conventional', bare: false, severalBare: false, controlled: false },
  { portType: 'pcie-to-pci-bridge', bare: false, severalBare: false, controlled: false },
  { portType: 'pci-to-pcie-bridge', bare: false, severalBare: false, controlled: false },
  { portType: 'event-collector', bare: false, severalBare: false, controlled: false },
  { portType: 'unknown', bare: false, severalBare: false, controlled: false },
] as const;

describe('what goes upstream only, and never to a peer', () => {
  it.each(promises)('of $portType: $bare alone, $severalBare among several, $controlled among several with access control', ({ bare, controlled, portType, severalBare }) => {
    const of = (facts: Parameters<typeof pciFunction>[1]): boolean => isolates(pciFunction('0000:03:00.0', { portType, vendor: '1022', ...facts }));
    expect(of({})).toBe(bare);
    expect(of({ multifunction: true })).toBe(severalBare);
    expect(of({ multifunction: true, accessControl: keptApart })).toBe(controlled);
  });

  it.each([
    ['source validation', 0x01],
    ['request redirect', 0x04],
    ['completion redirect', 0x08],
    ['upstream forwarding', 0x10],
  ])('takes %s, where the port has it', (_, bit) => {
    const of = (accessControl: { capable: number; enabled: number }): boolean => isolates(pciFunction('0000:00:01.0', { portType: 'root-port', accessControl }));
    expect(of({ capable: 0x1f, enabled: 0x1f & ~bit })).toBe(false);
    expect(of({ capable: 0x1f & ~bit, enabled: 0x1f & ~bit })).toBe(true);
  });

  it.each([
    ['translation blocking', 0x02],
    ['egress control', 0x20],
    ['direct translated peer-to-peer', 0x40],
  ])('does not take %s', (_, bit) => {
    expect(isolates(pciFunction('0000:00:01.0', { portType: 'root-port', accessControl: { capable: 0x7f, enabled: 0x7f & ~bit } }))).toBe(true);
  });

  it('is known of the functions that Intel builds into its root complex, and of no other vendor’s', () => {
    const of = (vendor: string): boolean => isolates(pciFunction('0000:00:14.0', { portType: 'integrated-endpoint', multifunction: true, vendor }));
    expect(of('8086')).toBe(true);
    expect(of('1022')).toBe(false);
  });
});
