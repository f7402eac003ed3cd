/** Drivers of PCI functions, by sysfs: Documentation/ABI/testing/sysfs-bus-pci of Linux. */
import { constants } from 'node:fs';
import { readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, WindlassError } from '../errors.js';
import { errnoOf, saysAbsent } from './errno.js';
import { createKernelTurns } from './pci/kernel-turns.js';
import type { PciDriverPort } from './ports/pci-drivers.js';

/** `root` stands before /sys: it is empty on a real host. `patience`: milliseconds for the kernel to do what it is asked; with a working device it needs much less. */
export function pciDriverPort(root = '', patience = 10_000): PciDriverPort {
  const bus = `${root}/sys/bus/pci`;
  const of = (address: string, name: string): string => `${bus}/devices/${address}/${name}`;
  // Also reading what a function's only driver is takes the lock that a stuck unbinding holds.
  const turns = createKernelTurns(patience, (busy) => slow(busy, patience));

  return {
    async unbind(address) {
      const asked = (): Promise<void> =>
        write(of(address, 'driver/unbind'), address).catch((thrown: unknown) => (saysNoDriver(thrown) ? undefined : Promise.reject(failure(thrown, `take ${address} from its driver`))));
      await turns.ask(address, asked, 'unbind');
    },
    async binding(address) {
      try {
        if (!(await isThere(`${bus}/devices/${address}`))) return undefined;
        let written = '';
        await turns.ask(address, async () => {
          written = await readFile(of(address, 'driver_override'), 'utf8');
        });
        const [driver, group] = await Promise.all([targetName(of(address, 'driver')), targetName(of(address, 'iommu_group'))]);
        const override = written.trim();
        // This is how the kernel writes that there is none.
        const none = override === '' || override === '(null)';
        return { ...(driver === undefined ? {} : { driver }), ...(group === undefined ? {} : { group }), ...(none ? {} : { override }) };
      } catch (thrown) {
        if (thrown instanceof WindlassError) throw thrown;
        throw failure(thrown, `see who serves ${address}`);
      }
    },
    async setOverride(address, driver) {
      // An empty line is none.
      const asked = (): Promise<void> => write(of(address, 'driver_override'), `${driver ?? ''}\n`).catch((thrown: unknown) => Promise.reject(failure(thrown, `say who may serve ${address}`)));
      await turns.ask(address, asked);
    },
    async bind(address, driver) {
      await turns.ask(address, async () => {
        try {
          await write(`${bus}/drivers/${driver}/bind`, address);
        } catch (thrown) {
          if (!saysAbsent(thrown)) throw failure(thrown, `give ${address} to ${driver}`);
          await write(`${bus}/drivers_probe`, address).catch((again: unknown) => Promise.reject(failure(again, `give ${address} to any driver`)));
        }
      });
    },
  };
}

/** Without making a file, for there is none to make in sysfs, and without reading, which some of its files do not allow. */
async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: constants.O_WRONLY });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (thrown) {
    if (saysAbsent(thrown)) return false;
    throw thrown;
  }
}

async function targetName(path: string): Promise<string | undefined> {
  try {
    return basename(await readlink(path));
  } catch (thrown) {
    if (saysAbsent(thrown)) return undefined;
    throw thrown;
  }
}

/** The link to its driver is gone, or it was taken from that between opening and writing. */
function saysNoDriver(thrown: unknown): boolean {
  return saysAbsent(thrown) || errnoOf(thrown) === 'ENODEV';
}

function failure(thrown: unknown, action: string): WindlassError {
  const errno = errnoOf(thrown) ?? '';
  const cause = { cause: thrown, field: 'spec.pci', retryable: true };
  if (['EACCES', 'EPERM', 'EROFS'].includes(errno)) {
    return new WindlassError('PCI_NOT_PERMITTED', `this engine may not ${action}: ${messageOf(thrown)}`, { ...cause, cure: 'run the engine as root, with a writable /sys' });
  }
  return new WindlassError('PCI_DRIVER_REFUSED', `cannot ${action}: ${messageOf(thrown)}`, { ...cause, cure: 'see the kernel’s log (dmesg)' });
}

function slow(busy: string, patience: number): WindlassError {
  const message = `the kernel is not done with ${busy} after ${patience / 1_000} s: perhaps its driver waits for somebody who has it open`;
  return new WindlassError('PCI_UNBIND_SLOW', message, { field: 'spec.pci', retryable: true, cure: 'end the process that has it open' });
}

export const hostPciDrivers: PciDriverPort = pciDriverPort();
