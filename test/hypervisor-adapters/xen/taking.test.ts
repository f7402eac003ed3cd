/** Functions between the host's drivers and pciback: an xl that is a process of its own, and a sysfs of files. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import { pciDriverPort } from '../../../src/effects/pci-drivers.js';
import type { Ports } from '../../../src/effects/ports.js';
import type { Claim } from '../../../src/hypervisor-adapters/contract/claim.js';
import { giveBackDevices, takeDevices, takenDevices } from '../../../src/hypervisor-adapters/xen/anchor/pci.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../effects/temporary-directory.js';
import { layoutOf } from '../qemu/plan-requests.js';

const real = hostPorts();
const [card, other] = ['0000:03:00.0', '0000:03:00.1'] as const;
const claims: readonly Claim[] = [card, other].map((id) => ({ kind: 'pci', id, mode: 'exclusive', field: 'spec.pci[0]' }));
let scratch: TemporaryDirectory;
let ports: Ports;
const at = (...parts: readonly string[]): string => join(scratch.path, 'sys/bus/pci', ...parts);
const layout = (): ReturnType<typeof layoutOf> => layoutOf('web', scratch.path);
const driverOf = (address: string): string => (existsSync(at('devices', address, 'driver')) ? basename(readlinkSync(at('devices', address, 'driver'))) : 'none');
const drivers = (): readonly string[] => [card, other].map(driverOf);
const remembered = (): Promise<readonly string[]> => readdir(`${scratch.path}/taken-devices`).catch(() => []);

/** Of xl, what assigns devices; libxl's memory of who had one is the file `former-…`. */
const xl = (root: string): string => `#!/bin/sh
cd '${root}/sys/bus/pci/devices'
case "$1" in
pci-assignable-list) for one in *; do [ "$(basename "$(readlink $one/driver)")" = pciback ] && [ ! -e $one/in-use ] && echo $one; done; exit 0 ;;
pci-assignable-add) [ -e $2/fails ] && rm -f $2/driver && exit 1; [ -e $2/driver ] && cp -P $2/driver $2/former; ln -sfn ../../drivers/pciback $2/driver ;;
pci-assignable-remove) [ -e $3/stays ] && exit 1; rm $3/driver; if [ -L $3/former ]; then mv $3/former $3/driver; fi ;;
esac
`;

beforeEach(async () => {
  scratch = await temporaryDirectory();
  for (const directory of [`devices/${card}`, `devices/${other}`, 'drivers/igb', 'drivers/pciback']) mkdirSync(at(directory), { recursive: true });
  for (const address of [card, other]) {
    writeFileSync(at('devices', address, 'driver_override'), '(null)\n');
    symlinkSync('../../drivers/igb', at('devices', address, 'driver'));
  }
  writeFileSync(at('drivers/igb/bind'), '');
  const program = join(scratch.path, 'xl');
  writeFileSync(program, xl(scratch.path));
  chmodSync(program, 0o755);
  ports = { ...real, pciDrivers: pciDriverPort(scratch.path), files: { ...real.files, findExecutable: () => Promise.resolve(program) } };
});
afterEach(() => scratch[Symbol.asyncDispose]());
afterAll(() => real.close());

it('a group is taken whole, given back whole, and nothing of it is remembered afterwards', async () => {
  await takeDevices(ports, claims, layout());
  expect(drivers()).toEqual(['pciback', 'pciback']);
  // An engine that comes after one that was killed finds them.
  expect((await takenDevices(ports, layout())).map(({ id }) => id).sort()).toEqual([card, other]);
  await takeDevices(ports, claims, layout());
  await giveBackDevices(ports, claims, layout());
  expect(drivers()).toEqual(['igb', 'igb']);
  expect(await remembered()).toEqual([]);
});

it('what the operator has made assignable by hand stays so', async () => {
  const made = await ports.processes.run(join(scratch.path, 'xl'), ['pci-assignable-add', card], { timeout: 5_000 });
  expect(made.code).toBe(0);
  await takeDevices(ports, claims, layout());
  await giveBackDevices(ports, claims, layout());
  expect(drivers()).toEqual(['pciback', 'igb']);
});

it('one that does not come back keeps no other, and is remembered until it does', async () => {
  await takeDevices(ports, claims, layout());
  writeFileSync(at('devices', card, 'stays'), '');
  await expect(giveBackDevices(ports, claims, layout())).rejects.toMatchObject({ code: 'XL_FAILED' });
  expect(drivers()).toEqual(['pciback', 'igb']);
  expect(await remembered()).toEqual([`${card}.xen.json`]);
  rmSync(at('devices', card, 'stays'));
  await giveBackDevices(ports, claims, layout());
  expect(drivers()).toEqual(['igb', 'igb']);
});

it('one that a domain of Xen still has is not forgotten', async () => {
  await takeDevices(ports, claims, layout());
  writeFileSync(at('devices', card, 'in-use'), '');
  await expect(giveBackDevices(ports, claims, layout())).rejects.toMatchObject({ code: 'PCI_DRIVER_REFUSED', message: `${card} is still with pciback: a domain of Xen has it` });
  expect(await remembered()).toEqual([`${card}.xen.json`]);
});

it('one that xl has left without a driver is given to the one that had it', async () => {
  writeFileSync(at('devices', card, 'fails'), '');
  await expect(takeDevices(ports, claims, layout())).rejects.toMatchObject({ code: 'XL_FAILED' });
  expect(driverOf(card)).toBe('none');
  await giveBackDevices(ports, claims, layout());
  expect(readFileSync(at('drivers/igb/bind'), 'utf8')).toBe(card);
  expect(await remembered()).toEqual([]);
});

it('what was taken before the host was booted without Xen is forgotten, and needs no xl', async () => {
  await takeDevices(ports, claims, layout());
  const facts = await real.host.facts();
  const rebooted: Ports = { ...ports, host: { ...real.host, facts: () => Promise.resolve({ ...facts, bootId: 'another' }) }, files: { ...real.files, findExecutable: () => Promise.resolve(undefined) } };
  await giveBackDevices(rebooted, claims, layout());
  expect(await remembered()).toEqual([]);
  expect(drivers()).toEqual(['pciback', 'pciback']);
});
