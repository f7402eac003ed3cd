/** The PCI functions of the host and what hangs on them, read from sysfs and procfs. */
import { parseConfigSpace } from './pci/config-space.js';
import { readInterfaces } from './pci/interfaces.js';
import { functionsOnPath, type Reading, startReading } from './pci/reading.js';
import { readScreens, type ScreenFacts } from './pci/screens.js';
import { readStorage } from './pci/storage.js';
import type { HostInterface, HostStorage, PciFunction, PciPort } from './ports/pci.js';

interface HangingOn {
  readonly interfaces: ReadonlyMap<string, readonly HostInterface[]>;
  readonly storage: ReadonlyMap<string, readonly HostStorage[]>;
  readonly screens: ScreenFacts;
}

/** `root` stands before /sys, /proc, /dev and /run: it is empty on a real host. */
export function pciPort(root = ''): PciPort {
  const sys = `${root}/sys`;
  const proc = `${root}/proc`;
  return {
    async survey() {
      const reading = startReading();
      const directory = `${sys}/bus/pci/devices`;
      const [addresses, interfaces, storage, screens] = await Promise.all([
        reading.names(directory),
        readInterfaces(reading, sys, proc),
        readStorage(reading, { sys, proc, dev: `${root}/dev`, run: `${root}/run` }),
        readScreens(reading, sys),
      ]);
      const functions = await Promise.all(addresses.map((address) => readFunction(startReading(), `${directory}/${address}`, address, { interfaces, storage, screens })));
      return { functions, unknown: reading.unreadable };
    },
  };
}

async function readFunction(reading: Reading, path: string, address: string, { interfaces, screens, storage }: HangingOn): Promise<PciFunction> {
  const text = async (name: string): Promise<string> => (await reading.text(`${path}/${name}`)) ?? '';
  const [code, vendor, device, driver, label, group, target = '', physicalFunction, bootDisplay, config, entries] = await Promise.all([
    text('class'),
    text('vendor'),
    text('device'),
    reading.targetName(`${path}/driver`),
    text('label'),
    reading.targetName(`${path}/iommu_group`),
    reading.target(path),
    reading.targetName(`${path}/physfn`),
    text('boot_vga'),
    reading.bytes(`${path}/config`),
    reading.names(path),
  ]);
  const virtual = await Promise.all(entries.filter((name) => /^virtfn\d+$/.test(name)).map((name) => reading.targetName(`${path}/${name}`)));
  const parent = functionsOnPath(target).at(-2);
  const space = parseConfigSpace(config);
  return {
    address,
    class: hex(code),
    vendor: hex(vendor),
    device: hex(device),
    ...(driver === undefined ? {} : { driver }),
    ...(label === '' ? {} : { label }),
    ...(group === undefined ? {} : { iommuGroup: group }),
    ...(parent === undefined ? {} : { parent }),
    ...space,
    // As Linux counts: whatever is found beside function 0, but virtual functions are on their own.
    multifunction: physicalFunction === undefined && (space.multifunction || !address.endsWith('.0')),
    ...(physicalFunction === undefined ? {} : { physicalFunction }),
    virtualFunctions: virtual.flatMap((one) => one ?? []).sort(),
    interfaces: interfaces.get(address) ?? [],
    storage: storage.get(address) ?? [],
    bootDisplay: bootDisplay === '1',
    frameBuffers: [...(screens.frameBuffers.get(address) ?? []), ...(bootDisplay === '1' ? screens.ofFirmware : [])],
    consoles: screens.consoles.get(address) ?? [],
    unknown: reading.unreadable,
  };
}

/** `0x020000` as `020000`. */
function hex(text: string): string {
  return text.replace(/^0x/, '');
}

export const hostPci: PciPort = pciPort();
