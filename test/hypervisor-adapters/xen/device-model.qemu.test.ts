/** What a probe finds out about the QEMU that serves devices, from QEMU itself. */
import { chmod, readFile, utimes, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { Ports } from '../../../src/effects/ports.js';
import { probe } from '../../../src/hypervisor-adapters/xen/probe/probe.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../effects/temporary-directory.js';
import { fakeXl, unknownCommand, usageOfSuspend, xlInfo, xlInfo420 } from './fake-xl.js';

const real = hostPorts();
afterAll(() => real.close());

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
  await fakeXl(`${directory.path}/xl`, { info: { stdout: xlInfo() }, help: unknownCommand });
});
afterEach(() => directory[Symbol.asyncDispose]());

/** This host, as if it had booted Xen; Xen's own QEMU is nowhere. */
function dom0(): Ports {
  const readText: typeof real.files.readText = (path) => (path === '/proc/xen/capabilities' ? Promise.resolve('control_d\n') : real.files.readText(path));
  const accessible: typeof real.files.accessible = (path, access) => (path === '/dev/xen/privcmd' ? Promise.resolve(true) : real.files.accessible(path, access));
  const stat: typeof real.files.stat = (path) => (path.endsWith('/qemu-system-i386') || path.endsWith('/xen-qemu-system-i386') ? Promise.resolve(undefined) : real.files.stat(path));
  return { ...real, files: { ...real.files, readText, accessible, stat } };
}

/** `last`: how the script ends that stands for the QEMU. It notes that it was asked. */
async function deviceModel(last: string): Promise<string> {
  const path = `${directory.path}/device-model`;
  await writeFile(path, `#!/bin/sh\necho asked >> "$0.calls"\n${last}\n`, { mode: 0o755 });
  return path;
}

async function takesPasswords(named: string, fresh = false): Promise<boolean> {
  const { devices, usable } = await probe(dom0(), `${directory.path}/cache`, { acceleration: true, executable: `${directory.path}/xl`, deviceModel: named, fresh });
  expect(usable).toBe(true);
  return devices.includes('vnc-password');
}

const calls = async (path: string): Promise<number> => (await readFile(`${path}.calls`, 'utf8').catch(() => '')).split('\n').length - 1;
const qemu = 'exec qemu-system-x86_64 "$@"';

/** A fresh probe asks xl what it is, and whether it can suspend a guest. */
const askedOfXl = 2;

it('a named QEMU with DES takes passwords, and is asked once, as xl is', async () => {
  const path = await deviceModel(qemu);
  expect([await takesPasswords(path), await takesPasswords(path)]).toEqual([true, true]);
  expect([await calls(path), await calls(`${directory.path}/xl`)]).toEqual([1, askedOfXl]);
  await utimes(path, 1, 1);
  expect(await takesPasswords(path)).toBe(true);
  expect([await calls(path), await calls(`${directory.path}/xl`)]).toEqual([2, askedOfXl]);
  await takesPasswords(path, true);
  expect([await calls(path), await calls(`${directory.path}/xl`)]).toEqual([3, 2 * askedOfXl]);
});

it('one that ends when it is told to demand a password takes none, which is known from then on', async () => {
  const path = await deviceModel('exec qemu-system-x86_64 -object secret,id=of-an-object-without-data "$@" 2> /dev/null');
  expect([await takesPasswords(path), await takesPasswords(path)]).toEqual([false, false]);
  expect(await calls(path)).toBe(1);
});

it('one that refuses a password for the server that is to have it takes none', async () => {
  const path = await deviceModel('for word; do shift; set -- "$@" "${word%,password=on}"; done\nexec qemu-system-x86_64 "$@"');
  expect(await takesPasswords(path)).toBe(false);
});

it('one that is missing, or cannot be started, is not called one that takes none: its launch will tell', async () => {
  expect(await takesPasswords(`${directory.path}/nowhere`)).toBe(true);
  const path = await deviceModel(qemu);
  await chmod(path, 0o644);
  expect([await takesPasswords(path), await takesPasswords(path)]).toEqual([true, true]);
});

it('of Xen’s own that is nowhere to be found it is told that nothing is known, again and again', async () => {
  const probed = async (): Promise<readonly string[]> => (await probe(dom0(), `${directory.path}/cache`, { acceleration: true, executable: `${directory.path}/xl` })).devices;
  for (const devices of [await probed(), await probed()]) expect(devices.filter((name) => name.startsWith('vnc'))).toEqual(['vnc-password-unknown']);
});

it('what is known of one says nothing of another', async () => {
  const path = await deviceModel('exit 1');
  expect(await takesPasswords(path)).toBe(false);
  expect(await takesPasswords((await real.files.findExecutable('qemu-system-x86_64')) ?? '')).toBe(true);
  expect(await takesPasswords(path)).toBe(false);
  expect([await calls(path), await calls(`${directory.path}/xl`)]).toEqual([1, askedOfXl]);
});

/** What a QEMU says that counts its back ends for Xen among the devices of the board: Debian 13's (10.0.13), in its own words. */
const ofTheBoard = `echo '{"QMP": {"version": {"qemu": {"micro": 13, "minor": 0, "major": 10}, "package": "Debian 1:10.0.13+ds-0+deb13u1"}, "capabilities": ["oob"]}}
{"return": {}}
{"return": [{"name": "xen-backend", "parent": "dynamic-sysbus-device"}, {"name": "amd-iommu", "parent": "x86-iommu"}, {"name": "intel-iommu", "parent": "x86-iommu"}, {"name": "ramfb", "parent": "dynamic-sysbus-device"}]}
{"return": {}}'`;

it('with a Xen that gives shares late, a QEMU is asked whether it survives that, once', async () => {
  const probed = async (named: string): Promise<boolean> => {
    const { devices, usable } = await probe(dom0(), `${directory.path}/cache`, { acceleration: true, executable: `${directory.path}/xl`, deviceModel: named });
    expect(usable).toBe(true);
    return devices.includes('late-devices');
  };
  await fakeXl(`${directory.path}/xl`, { info: { stdout: xlInfo(xlInfo420) }, help: usageOfSuspend });
  const path = await deviceModel(ofTheBoard);
  expect([await probed(path), await probed(path)]).toEqual([false, false]);
  // Once for passwords, and once for this.
  expect(await calls(path)).toBe(2);
  // This host's own has no back ends for Xen that it could count there, or is older.
  expect(await probed((await real.files.findExecutable('qemu-system-x86_64')) ?? '')).toBe(true);
  expect(await probed(`${directory.path}/nowhere`)).toBe(true);
});
