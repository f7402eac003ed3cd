import { expect } from 'vitest';
import type { Dom0 } from './lab.js';

/** The xenstored that the lab's dom0 has. */
export const daemon = process.env['LAB_XENSTORED'] === 'c' ? 'xenstored' : 'oxenstored';

/** The xenstore client in dom0, over one way to the store: what it has read, written and seen (`programs/store.ts`). */
export async function serveTheStore(lab: Dom0, way: 'socket' | 'device'): Promise<void> {
  const { code, stderr, stdout } = await lab.exec(['node', '/project/dist/store.js', way]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    text: 'good morning',
    absent: null,
    // What oxenstored tells a socket in one piece is too much for the kernel's ring, and it knows no other way.
    children: way === 'device' && daemon === 'oxenstored' ? 'XENSTORE_TOO_LARGE' : 600,
    permissions: { owner: 0, others: 'none', grants: [{ domid: 5, access: 'read' }] },
    contest: { value: '11', attempts: 2 },
    watched: ['look /watched', 'changed /watched/child'],
    tooLarge: 'XENSTORE_TOO_LARGE',
    badPath: 'XENSTORE_PATH_INVALID',
    dom0: true,
    nobody: false,
  });
}
