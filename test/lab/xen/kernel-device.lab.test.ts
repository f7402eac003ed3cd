/** Where the store has no socket, but the kernel's device. */
import { expect, test } from 'vitest';
import { tiny } from './product.js';
import { productLab } from './product-lab.js';
import { daemon, serveTheStore } from './store-scenario.js';

const socket = '/run/xenstored/socket';

const { lab, windlass } = productLab();

/** Process ids of those that have the device for somebody. */
const readers = async (): Promise<readonly string[]> => (await lab.exec(['pgrep', '-x', 'windlass-device'])).stdout.split('\n').filter((line) => line !== '');

test('the xenstore client serves the store, and leaves nobody behind', async () => {
  await serveTheStore(lab, 'device');
  expect(await readers()).toEqual([]);
});

test('a guest lives as it does elsewhere: it is destroyed behind the engine’s back, started again, taken over, and stopped', async () => {
  await lab.exec(['mv', socket, `${socket}.away`]);
  try {
    await windlass.write({ far: tiny() });
    const first = windlass.up();
    await first.untilRunning('far');
    expect(await readers()).toHaveLength(1);

    const before = first.events.length;
    await lab.exec(['xl', 'destroy', 'far']);
    const { data } = await first.until('windlass.domain.ended', 'far', () => true);
    expect(data.end).toMatchObject({ cause: 'vmm-quit' });
    await first.untilRunning('far', before);

    await first.crash();
    await expect.poll(readers, { timeout: 30_000 }).toEqual([]);
    const second = windlass.up();
    expect(await second.untilRunning('far')).toMatchObject({ data: { incarnation: 2 } });
    await windlass.write({});
    const gone = await second.until('windlass.domain.ended', 'far', ({ end }) => end.cause === 'removed');
    expect(gone.data.end).toMatchObject({ rung: 'ask' });
    await second.until('windlass.domain.forgotten', 'far', () => true);
    await second.stop();
    expect(await readers()).toEqual([]);
  } finally {
    await lab.exec(['mv', `${socket}.away`, socket]);
    await windlass.clear();
  }
});

test('a daemon that does not answer keeps one reader of its device in the kernel, and no second one; all goes on with it', async () => {
  const stored = (await lab.exec(['pgrep', '-x', daemon])).stdout.trim();
  let said = '';
  const stop = new AbortController();
  await lab.exec(['kill', '-STOP', stored]);
  try {
    const watching = lab.exec(['node', '/project/dist/released.js', 'device'], { signal: stop.signal, onStdout: (text) => (said += text) });
    await expect.poll(readers, { timeout: 90_000 }).toHaveLength(1);
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
