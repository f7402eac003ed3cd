import { expect, it } from 'vitest';
import { anchorKeyOf } from '../../src/documents/anchor-key.js';
import { documentOf } from '../hypervisor-adapters/qemu/plan-requests.js';

const key = (memory: string | { readonly size: string; readonly max: string }): string => anchorKeyOf(documentOf({ memory }));

it('an anchor is built for the most memory that its guest may get, and not for what the guest has now', () => {
  expect(key({ size: '64Mi', max: '128Mi' })).toBe(key({ size: '128Mi', max: '128Mi' }));
  expect(key({ size: '64Mi', max: '128Mi' })).not.toBe(key({ size: '64Mi', max: '256Mi' }));
  expect(key('64Mi')).not.toBe(key('128Mi'));
});
