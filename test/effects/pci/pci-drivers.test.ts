import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pciDriverPort } from '../../../src/effects/pci-drivers.js';
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.js';

const address = '0000:01:00.0';
let scratch: TemporaryDirectory;
const at = (...parts: readonly string[]): string => join(scratch.path, 'sys/bus/pci', ...parts);
const said = (...parts: readonly string[]): string => readFileSync(at(...parts), 'utf8');

/** A function under e1000e, and vfio-pci, as the kernel lays them out; its files keep what is written to them. */
beforeEach(async () => {
  scratch = await temporaryDirectory();
  for (const directory of [`devices/${address}`, 'drivers/e1000e', 'drivers/vfio-pci', 'groups/12']) mkdirSync(at(directory), { recursive: true });
  for (const file of [`devices/${address}/driver_override`, 'drivers/e1000e/unbind', 'drivers/vfio-pci/bind', 'drivers_probe']) writeFileSync(at(file), '');
  writeFileSync(at('devices', address, 'driver_override'), '(null)\n');
  symlinkSync(at('drivers/e1000e'), at('devices', address, 'driver'));
  symlinkSync(at('groups/12'), at('devices', address, 'iommu_group'));
});
afterEach(() => scratch[Symbol.asyncDispose]());

describe('who serves a function', () => {
  it('is its driver, the only one that may, and its group', async () => {
    const drivers = pciDriverPort(scratch.path);
    expect(await drivers.binding(address)).toEqual({ driver: 'e1000e', group: '12' });
    await drivers.setOverride(address, 'vfio-pci');
    expect(await drivers.binding(address)).toMatchObject({ override: 'vfio-pci' });
  });

  it('is undefined for a function that is not there', async () => {
    expect(await pciDriverPort(scratch.path).binding('0000:09:00.0')).toBeUndefined();
  });
});

describe('what is written to the kernel', () => {
  it('is the address, to the driver that has it and to the one that shall have it', async () => {
    const drivers = pciDriverPort(scratch.path);
    await drivers.unbind(address);
    await drivers.bind(address, 'vfio-pci');
    expect([said('drivers/e1000e/unbind'), said('drivers/vfio-pci/bind')]).toEqual([address, address]);
  });

  it('is the address for any driver, where the one that shall have it is gone', async () => {
    await pciDriverPort(scratch.path).bind(address, 'gone');
    expect(said('drivers_probe')).toBe(address);
  });

  it('is an empty line for no override', async () => {
    writeFileSync(at('devices', address, 'driver_override'), '');
    await pciDriverPort(scratch.path).setOverride(address, undefined);
    expect(said(`devices/${address}/driver_override`)).toBe('\n');
  });

  it('is nothing to a driver that has let go already', async () => {
    await pciDriverPort(scratch.path).unbind('0000:09:00.0');
  });
});

describe('what the kernel refuses', () => {
  it('is told with its words', async () => {
    await expect(pciDriverPort(scratch.path).setOverride('0000:09:00.0', 'vfio-pci')).rejects.toMatchObject({ code: 'PCI_DRIVER_REFUSED', retryable: true, message: expect.stringContaining('ENOENT') as unknown });
  });

  it('a driver that does not let go is waited for, asked once, and told each time', async () => {
    // Whoever opens a FIFO to write waits for its reader, as the kernel waits for whoever has the device open.
    rmSync(at('drivers/e1000e/unbind'));
    execFileSync('mkfifo', [at('drivers/e1000e/unbind')]);
    const drivers = pciDriverPort(scratch.path, 100);
    for (let time = 0; time < 6; time += 1) await expect(drivers.unbind(address)).rejects.toMatchObject({ code: 'PCI_UNBIND_SLOW', retryable: true });
    const waiting = drivers.unbind(address);
    expect(await readFile(at('drivers/e1000e/unbind'), 'utf8')).toBe(address);
    await waiting;
  });

  it('while a driver does not let go, nothing else about its function is asked, and of others no more than one: the engine needs its threads', async () => {
    const stuck = [address, '0000:02:00.0'];
    for (const one of stuck) {
      mkdirSync(at('devices', one), { recursive: true });
      rmSync(at('devices', one, 'driver'), { force: true });
      mkdirSync(at('devices', one, 'driver'));
      execFileSync('mkfifo', [at('devices', one, 'driver', 'unbind')]);
      writeFileSync(at('devices', one, 'driver_override'), '(null)\n');
    }
    mkdirSync(at('devices/0000:03:00.0'));
    writeFileSync(at('devices/0000:03:00.0/driver_override'), 'pci-stub\n');
    const drivers = pciDriverPort(scratch.path, 100);
    const slow = { code: 'PCI_UNBIND_SLOW', message: expect.stringContaining(address) as unknown };
    await expect(drivers.unbind(address)).rejects.toMatchObject(slow);
    for (const act of [() => drivers.binding(address), () => drivers.setOverride(address, 'vfio-pci'), () => drivers.bind(address, 'vfio-pci')]) {
      await expect(act()).rejects.toMatchObject(slow);
    }
    expect([said('devices', address, 'driver_override'), said('drivers/vfio-pci/bind')]).toEqual(['(null)\n', '']);
    expect(await drivers.binding('0000:03:00.0')).toEqual({ override: 'pci-stub' });
    await expect(drivers.unbind('0000:02:00.0')).rejects.toMatchObject({ code: 'PCI_UNBIND_SLOW' });
    await expect(drivers.binding('0000:03:00.0')).rejects.toMatchObject(slow);
    for (const one of stuck) expect(await readFile(at('devices', one, 'driver/unbind'), 'utf8')).toBe(one);
    await expect.poll(() => drivers.binding('0000:03:00.0').catch(() => undefined)).toEqual({ override: 'pci-stub' });
    await drivers.setOverride(address, 'vfio-pci');
    expect(said('devices', address, 'driver_override')).toBe('vfio-pci\n');
  });

  it('a function whose files cannot be read is not taken for gone', async () => {
    rmSync(at('devices', address, 'driver_override'));
    await expect(pciDriverPort(scratch.path).binding(address)).rejects.toMatchObject({ code: 'PCI_DRIVER_REFUSED' });
  });
});
