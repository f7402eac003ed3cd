import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startXenLab, type XenLab } from './lab.js';
import { bundleProduct } from './product.js';

/** What oxenstored tells a socket in one piece is too much for the kernel's ring, and it knows no other way. */
const daemon = process.env['LAB_XENSTORED'] === 'c' ? 'xenstored' : 'oxenstored';

let share: string;
let lab: XenLab;

beforeAll(async () => {
  share = mkdtempSync(join(tmpdir(), 'windlass-share-'));
  await bundleProduct(share);
  lab = await startXenLab({ share });
});
afterAll(async () => {
  await lab.stop();
  rmSync(share, { recursive: true, force: true });
});

test.each(['socket', 'device'])('the xenstore client serves the store of a real dom0 over its %s', async (way) => {
  const { code, stderr, stdout } = await lab.exec(['node', '/project/dist/store.js', way]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    text: 'good morning',
    absent: null,
    children: way === 'device' && daemon === 'oxenstored' ? 'XENSTORE_TOO_LARGE' : 600,
    permissions: { owner: 0, others: 'none', grants: [{ domid: 5, access: 'read' }] },
    contest: { value: '11', attempts: 2 },
    watched: ['look /watched', 'changed /watched/child'],
    tooLarge: 'XENSTORE_TOO_LARGE',
    badPath: 'XENSTORE_PATH_INVALID',
    dom0: true,
    nobody: false,
  });
  const { stdout: left } = await lab.exec(['pgrep', '-x', 'windlass-device']);
  expect(left).toBe('');
});

test('a daemon that does not answer keeps one reader of its device in the kernel, and no second one; all goes on with it', async () => {
  const stored = (await lab.exec(['pgrep', '-x', daemon])).stdout.trim();
  const readers = async (): Promise<readonly string[]> => (await lab.exec(['pgrep', '-x', 'windlass-device'])).stdout.split('\n').filter((line) => line !== '');
  let said = '';
  const stop = new AbortController();
  await lab.exec(['kill', '-STOP', stored]);
  try {
    const watching = lab.exec(['node', '/project/dist/released.js', 'device'], { signal: stop.signal, onStdout: (text) => (said += text) });
    await expect.poll(readers, { timeout: 30_000 }).toHaveLength(1);
    const [first] = await readers();
    // A request is given up after five seconds, and its connection with it: the process is killed, but its write waits for the daemon.
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    expect(await readers()).toEqual([first]);
    expect(said).toBe('');
    await lab.exec(['kill', '-CONT', stored]);
    await expect.poll(() => said, { timeout: 60_000 }).toContain('look');
    expect(await readers()).not.toContain(first);
    stop.abort();
    await watching;
    expect(await readers()).toEqual([]);
  } finally {
    stop.abort();
    await lab.exec(['kill', '-CONT', stored]);
  }
});
