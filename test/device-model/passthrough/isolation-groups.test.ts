import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedGroups, groupText, isolationGroups } from '../../../src/device-model/passthrough/isolation-groups.js';
import type { PciFunction, PciPortType } from '../../../src/effects/ports/pci.js';
import { keptApart, pciFunction } from '../../support/pci-function.js';

const bridge = { class: '060400', vendor: '1b36' } as const;

/** The groups as lists of addresses. */
function groupsOf(...functions: readonly PciFunction[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const [address, group] of derivedGroups(functions)) groups.set(group, [...(groups.get(group) ?? []), address]);
  return [...groups.values()];
}

describe('isolation groups', () => {
  it('are those of the kernel, where it tells them', () => {
    const { of, source } = isolationGroups([pciFunction('0000:03:00.0', { iommuGroup: '14' }), pciFunction('0000:04:00.0')]);
    expect(source).toBe('kernel');
    expect([...of]).toEqual([['0000:03:00.0', '14']]);
  });

  it('are worked out where the kernel tells none, and called by their first function', () => {
    const functions = ['0000:03:00.1', '0000:03:00.0'].map((address) => pciFunction(address, { multifunction: true }));
    const { of, source } = isolationGroups(functions);
    expect(source).toBe('derived');
    expect([...of.values()]).toEqual(['0000:03:00.0', '0000:03:00.0']);
  });
});

it.each([
  ['by its number, where the kernel has given it one', '14', 'isolation group 14'],
  ['by no name, where that would only be an address', '0000:03:00.0', 'an isolation group'],
])('a group is spoken of %s', (_, group, text) => {
  expect(groupText(group)).toBe(text);
});

describe('worked out as Linux does it', () => {
  it('a function alone behind a port that keeps peers apart is alone', () => {
    const port = pciFunction('0000:00:01.0', { ...bridge, portType: 'root-port', accessControl: keptApart });
    expect(groupsOf(port, pciFunction('0000:01:00.0', { parent: port.address }))).toEqual([['0000:00:01.0'], ['0000:01:00.0']]);
  });

  it('behind a port that does not, it is with the port', () => {
    const port = pciFunction('0000:00:01.0', { ...bridge, portType: 'root-port' });
    expect(groupsOf(port, pciFunction('0000:01:00.0', { parent: port.address }))).toEqual([['0000:00:01.0', '0000:01:00.0']]);
  });

  it('each port of a switch that does not keep peers apart is with what is behind it, and with no other port of the switch', () => {
    const root = pciFunction('0000:00:01.0', { ...bridge, portType: 'root-port', accessControl: keptApart });
    const up = pciFunction('0000:01:00.0', { ...bridge, portType: 'upstream-port', parent: root.address });
    const [one, other] = ['0000:02:00.0', '0000:02:01.0'].map((address) => pciFunction(address, { ...bridge, portType: 'downstream-port', parent: up.address }));
    const ends = [pciFunction('0000:03:00.0', { parent: one?.address ?? '' }), pciFunction('0000:04:00.0', { parent: other?.address ?? '' })];
    // Above them is the switch's upstream port: it has one function, and is below a port that isolates, and so it stands for itself.
    expect(groupsOf(root, up, ...(one === undefined || other === undefined ? [] : [one, other]), ...ends)).toEqual([
      ['0000:00:01.0'],
      ['0000:01:00.0'],
      ['0000:02:00.0', '0000:03:00.0'],
      ['0000:02:01.0', '0000:04:00.0'],
    ]);
  });

  it('a switch below a root port that does not keep peers apart is one group with all that is behind it', () => {
    const root = pciFunction('0000:00:01.0', { ...bridge, portType: 'root-port' });
    const up = pciFunction('0000:01:00.0', { ...bridge, portType: 'upstream-port', parent: root.address });
    const down = pciFunction('0000:02:00.0', { ...bridge, portType: 'downstream-port', parent: up.address, accessControl: keptApart });
    const end = pciFunction('0000:03:00.0', { parent: down.address });
    expect(groupsOf(root, up, down, end)).toEqual([['0000:00:01.0', '0000:01:00.0', '0000:02:00.0', '0000:03:00.0']]);
  });

  it('devices of conventional PCI are with the bridge that speaks for them', () => {
    const slot = pciFunction('0000:00:02.0', { ...bridge, portType: 'pcie-to-pci-bridge' });
    const devices = ['0000:05:01.0', '0000:05:02.0'].map((address) => pciFunction(address, { portType: 'conventional', parent: slot.address }));
    expect(groupsOf(slot, ...devices, pciFunction('0000:00:03.0', { portType: 'integrated-endpoint' }))).toEqual([['0000:00:02.0', '0000:05:01.0', '0000:05:02.0'], ['0000:00:03.0']]);
  });

  it('functions of one conventional device are together, and so are those of a root complex that Intel did not make', () => {
    const functions = (portType: PciPortType, vendor: string): readonly PciFunction[] => ['0000:00:1f.0', '0000:00:1f.2'].map((address) => pciFunction(address, { portType, vendor, multifunction: true }));
    expect(groupsOf(...functions('conventional', '8086'))).toHaveLength(1);
    expect(groupsOf(...functions('integrated-endpoint', '1022'))).toHaveLength(1);
    expect(groupsOf(...functions('integrated-endpoint', '8086'))).toHaveLength(2);
  });

  it('functions of a device that says that it keeps them apart are not', () => {
    expect(groupsOf(...['0000:03:00.0', '0000:03:00.1'].map((address) => pciFunction(address, { multifunction: true, accessControl: keptApart })))).toHaveLength(2);
  });

  it('a function that is kept apart leaves the others of its device together', () => {
    const functions = ['0000:03:00.0', '0000:03:00.1', '0000:03:00.2'].map((address, index) => pciFunction(address, { multifunction: true, ...(index === 0 ? { accessControl: keptApart } : {}) }));
    expect(groupsOf(...functions)).toEqual([['0000:03:00.0'], ['0000:03:00.1', '0000:03:00.2']]);
  });

  it('virtual functions have a group each, though they share the slot', () => {
    const functions = ['0000:03:00.0', '0000:03:00.1', '0000:03:00.2'].map((address, index) => pciFunction(address, index === 0 ? {} : { physicalFunction: '0000:03:00.0' }));
    expect(groupsOf(...functions)).toHaveLength(3);
  });

  it('devices in two slots are not one device, though both have functions that reach each other', () => {
    const functions = ['0000:00:1a.0', '0000:00:1a.1', '0000:00:1f.0', '0000:00:1f.1'].map((address) => pciFunction(address, { multifunction: true, portType: 'conventional' }));
    expect(groupsOf(...functions, pciFunction('0000:03:00.0'))).toEqual([['0000:00:1a.0', '0000:00:1a.1'], ['0000:00:1f.0', '0000:00:1f.1'], ['0000:03:00.0']]);
  });

  it('a device below a port of a chip set that does not keep peers apart is with the other ports of that slot', () => {
    const ports = ['0000:00:1c.0', '0000:00:1c.4'].map((address) => pciFunction(address, { ...bridge, portType: 'root-port', multifunction: true }));
    expect(groupsOf(...ports, pciFunction('0000:02:00.0', { parent: '0000:00:1c.0' }), pciFunction('0000:03:00.0', { parent: '0000:00:1c.4' }))).toHaveLength(1);
  });

  it('conventional PCI below a port of PCI Express that keeps peers apart ends at the bridge that speaks for it', () => {
    const port = pciFunction('0000:00:1c.0', { ...bridge, portType: 'root-port', accessControl: keptApart });
    const slot = pciFunction('0000:02:00.0', { ...bridge, portType: 'pcie-to-pci-bridge', parent: port.address });
    const inner = pciFunction('0000:03:00.0', { ...bridge, portType: 'conventional', parent: slot.address });
    const devices = ['0000:03:01.0', '0000:04:00.0'].map((address, index) => pciFunction(address, { portType: 'conventional', parent: index === 0 ? slot.address : inner.address }));
    expect(groupsOf(port, slot, inner, ...devices)).toEqual([['0000:00:1c.0'], ['0000:02:00.0', '0000:03:00.0', '0000:03:01.0', '0000:04:00.0']]);
  });

  it('a bridge that says that it is below itself ends the way up', () => {
    const lost = pciFunction('0000:02:00.0', { ...bridge, portType: 'root-port', parent: '0000:02:00.0' });
    expect(groupsOf(lost, pciFunction('0000:03:00.0', { parent: lost.address }))).toEqual([['0000:02:00.0', '0000:03:00.0']]);
  });

  it('what access control can do is asked for, and what it cannot is not', () => {
    const of = (capable: number, enabled: number): number => groupsOf(...['0000:03:00.0', '0000:03:00.1'].map((address) => pciFunction(address, { multifunction: true, accessControl: { capable, enabled } }))).length;
    expect(of(0x1d, 0x1c)).toBe(1);
    expect(of(0x04, 0x04)).toBe(2);
    expect(of(0, 0)).toBe(2);
  });

  it('what is unknown isolates nothing', () => {
    expect(groupsOf(...['0000:03:00.0', '0000:03:00.1'].map((address) => pciFunction(address, { multifunction: true, portType: 'unknown' })))).toHaveLength(1);
  });

  it('every function has one group, whatever the tree and whatever the order in which it is read', () => {
    const types: readonly PciPortType[] = ['root-port', 'upstream-port', 'downstream-port', 'pcie-to-pci-bridge', 'endpoint', 'integrated-endpoint', 'conventional', 'unknown'];
    const tree = fc
      .array(fc.record({ above: fc.nat(20), slot: fc.nat(2), port: fc.constantFrom(...types), apart: fc.boolean(), several: fc.boolean() }), { maxLength: 20 })
      .map((nodes) =>
        nodes.map(({ above, apart, port, several, slot }, index): PciFunction => {
          const parent = above < index ? `0000:00:${above.toString(16).padStart(2, '0')}.0` : undefined;
          return pciFunction(`0000:00:${index.toString(16).padStart(2, '0')}.${slot}`, { portType: port, multifunction: several, ...(parent === undefined ? {} : { parent }), ...(apart ? { accessControl: keptApart } : {}) });
        }),
      );
    fc.assert(
      fc.property(tree, fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), (functions, order) => {
        const groups = derivedGroups(functions);
        const shuffled = functions.map((one, index) => ({ one, place: order[index] ?? 0 })).sort((one, other) => one.place - other.place);
        const again = derivedGroups(shuffled.map(({ one }) => one));
        for (const { address } of functions) {
          expect(again.get(address)).toBe(groups.get(address));
          // A group is called by one of its own.
          expect(groups.get(groups.get(address) ?? '')).toBe(groups.get(address));
        }
      }),
    );
  });
});
