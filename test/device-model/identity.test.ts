import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stableMac, stableUuid } from '../../src/device-model/identity.js';

it('is the same at every start: domains that run know themselves by these', () => {
  expect(stableUuid('web')).toBe('986b94a0-5d8f-8f0c-adff-c26fee3536b4');
  expect(stableMac('web', 'net0')).toBe('52:54:00:c9:60:6e');
});

it('a UUID says that an application made it', () => fc.assert(fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), (words) => {
  expect(stableUuid(...words)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
})));

it('a MAC address is that of one device, and of no vendor', () => fc.assert(fc.property(fc.string(), fc.string(), (domain, network) => {
  expect(stableMac(domain, network)).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
})));

it('tells words apart that look alike when they are put together', () => {
  expect(stableUuid('a', 'bc')).not.toBe(stableUuid('ab', 'c'));
  expect(stableMac('a', 'bc')).not.toBe(stableMac('ab', 'c'));
});
