import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSlots, slotText, type SlotBus, type SlotRegion, type SlotRequest } from '../../src/device-model/slots.js';

const bus: SlotBus = { name: 'pcie.0', first: 1, last: 0x1f, reserved: { 0x1f: 'ICH9' } };
const request = (id: string, region: SlotRegion): SlotRequest => ({ id, region, field: `spec.${id}` });

describe('slots of a root bus', () => {
  it('keep networks where they are when a disk is added', () => {
    const before = assignSlots(bus, [request('disk0', 'middle'), request('net0', 'high')]);
    const after = assignSlots(bus, [request('rng', 'low'), request('disk0', 'middle'), request('disk1', 'middle'), request('net0', 'high')]);
    expect(after.slots.get('net0')).toBe(before.slots.get('net0'));
    expect(after.slots.get('disk0')).toBe(before.slots.get('disk0'));
    expect(slotText(after.slots.get('net0') ?? 0)).toBe('0x14');
  });

  it('grow upwards within a kind, in the order of the document', () => {
    const { slots } = assignSlots(bus, Array.from({ length: 11 }, (_, index) => request(String(index), 'high')));
    expect([...slots.values()]).toEqual([0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e]);
  });

  it('end with the last of the bus, where nothing reserves it', () => {
    const { slots, shortages } = assignSlots({ ...bus, reserved: {} }, Array.from({ length: 31 }, (_, index) => request(String(index), 'high')));
    expect([...slots.values()].sort((one, other) => one - other)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
    expect(shortages).toEqual([]);
  });

  it('run out with an error that names the field', () => {
    const { slots, shortages } = assignSlots(bus, Array.from({ length: 31 }, (_, index) => request(`disks[${index}]`, 'middle')));
    expect(slots.size).toBe(30);
    expect(shortages).toEqual([{ field: 'spec.disks[30]', message: 'bus pcie.0 has room for 30 devices, and all are taken' }]);
  });

  it('are unique, in bounds and never reserved', () => fc.assert(fc.property(fc.array(fc.constantFrom<SlotRegion>('low', 'middle', 'high'), { maxLength: 40 }), (regions) => {
    const { slots, shortages } = assignSlots(bus, regions.map((region, index) => request(String(index), region)));
    const taken = [...slots.values()];
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.every((slot) => slot >= 1 && slot <= 0x1e)).toBe(true);
    expect(taken.length + shortages.length).toBe(regions.length);
    expect(shortages.length).toBe(Math.max(0, regions.length - 30));
  })));
});
