import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import type { MessageDevice } from '../../src/effects/ports/sockets.js';
import { hostPorts } from '../../src/effects/host-ports.js';
import { hostSockets as sockets } from '../../src/effects/sockets.js';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.js';

/** A pipe that is open for reading and writing: it gives back what it takes, and a read of it blocks while it is empty. */
let directory: TemporaryDirectory;
let pipe: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  pipe = `${directory.path}/pipe`;
  execFileSync('mkfifo', [pipe]);
});
afterEach(() => directory[Symbol.asyncDispose]());

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 1_000) throw new Error('still not so');
    await delay(5);
  }
}

function heardOf(device: MessageDevice) {
  const heard = { text: '', completed: false, error: undefined as unknown };
  device.received.subscribe({ next: (bytes) => (heard.text += Buffer.from(bytes).toString()), complete: () => (heard.completed = true), error: (error: unknown) => (heard.error = error) });
  return heard;
}

/** Pids of the processes that a process has started and that still are. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((word) => word !== '').map(Number);
}

it('carries messages to a device whose reads block, and its bytes back', async () => {
  const device = await sockets.device(pipe, soon());
  const heard = heardOf(device);
  await device.write(Buffer.from('one '));
  await until(() => heard.text === 'one ');
  const long = 'x'.repeat(4_000);
  await Promise.all([device.write(Buffer.from(long)), device.write(Buffer.from(' two'))]);
  await until(() => heard.text === `one ${long} two`);
  device.close();
  await device.released;
});

it('is closed at once while its reader waits: the process is gone, and nothing more is written', async () => {
  const before = childrenOf(process.pid);
  const device = await sockets.device(pipe, soon());
  const heard = heardOf(device);
  await device.write(Buffer.from('a'));
  await until(() => heard.text === 'a');
  const started = childrenOf(process.pid).filter((pid) => !before.includes(pid));
  expect(started).toHaveLength(1);
  device.close();
  await device.released;
  expect(childrenOf(process.pid).filter((pid) => started.includes(pid))).toEqual([]);
  expect(heard).toEqual({ text: 'a', completed: true, error: undefined });
  await expect(device.write(Buffer.from('b'))).rejects.toMatchObject({ code: 'DEVICE_CLOSED' });
});

it('tells a message that the device did not take by the system’s name of the failure', async () => {
  const device = await sockets.device('/dev/full', soon());
  heardOf(device);
  await expect(device.write(Buffer.from('a'))).rejects.toMatchObject({ code: 'DEVICE_REFUSED', cause: { code: 'ENOSPC' } });
  device.close();
  await device.released;
});

it('breaks when its process is killed, and so does what was under way', async () => {
  const before = childrenOf(process.pid);
  const device = await sockets.device(pipe, soon());
  const heard = heardOf(device);
  await device.write(Buffer.from('a'));
  const [reader] = childrenOf(process.pid).filter((pid) => !before.includes(pid));
  process.kill(reader ?? Number.NaN, 'SIGKILL');
  await until(() => heard.error !== undefined);
  expect(heard.error).toMatchObject({ code: 'SOCKET_BROKEN' });
  await expect(device.write(Buffer.from('b'))).rejects.toMatchObject({ code: 'SOCKET_BROKEN' });
});

it('is told from what is none', async () => {
  await expect(sockets.device(`${directory.path}/none`, soon())).rejects.toMatchObject({ code: 'DEVICE_ABSENT' });
  await expect(sockets.device(directory.path, soon())).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
  await expect(sockets.device(pipe, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

it('leaves no reader behind when the engine is killed', async () => {
  await using ports = hostPorts();
  const script = fileURLToPath(new URL('./device-engine-process.ts', import.meta.url));
  const engine = spawn(process.execPath, ['--import', 'tsx', script, pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void engine.kill('SIGKILL'));
  await once(engine.stdout, 'data');
  const readers = await Promise.all(childrenOf(engine.pid ?? 0).map((pid) => ports.processes.identify(pid)));
  const reader = readers.find((identity) => identity !== undefined && readFileSync(`/proc/${identity.pid}/cmdline`, 'latin1').startsWith('windlass-device'));
  if (reader === undefined) throw new Error('the engine has no reader');
  engine.kill('SIGKILL');
  const end = Date.now() + 5_000;
  while ((await ports.processes.presence(reader)) !== 'absent') {
    expect(Date.now()).toBeLessThan(end);
    await delay(5);
  }
});
