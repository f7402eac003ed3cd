/** A tree of files laid out as sysfs and procfs lay theirs out, for hosts that the tests do not run on. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export interface HostTree {
  readonly root: string;
  /** A file with a line, or bytes. */
  file(path: string, content: string | Uint8Array): void;
  link(path: string, target: string): void;
  /** A function below /sys/devices, such as `pci0000:00/0000:00:01.0/0000:01:00.0`, with its entry in /sys/bus/pci. Resolves to its directory. */
  pciFunction(place: string, facts?: { readonly class?: string; readonly driver?: string; readonly config?: Uint8Array; readonly files?: Readonly<Record<string, string>> }): string;
  /** Something of a class of devices, at a place below /sys/devices, with its files. */
  device(className: string, place: string, files?: Readonly<Record<string, string>>): string;
}

/** With everything that every Linux has. */
export function hostTree(root: string): HostTree {
  const at = (path: string): string => join(root, path);
  const file: HostTree['file'] = (path, content) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), typeof content === 'string' ? `${content}\n` : content);
  };
  const link: HostTree['link'] = (path, target) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    symlinkSync(relative(dirname(at(path)), at(target)), at(path));
  };
  for (const name of ['bus/pci/devices', 'class/net', 'class/block', 'class/graphics', 'class/tty/console', 'fs']) mkdirSync(at(`sys/${name}`), { recursive: true });
  file('proc/self/mountinfo', '22 27 0:21 / /proc rw - proc proc rw');
  file('proc/swaps', 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority');
  file('proc/net/route', 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT');
  file('proc/net/fib_trie', 'Main:');
  file('proc/net/if_inet6', '');
  file('proc/net/ipv6_route', '');
  file('sys/class/tty/console/active', 'tty0');
  return {
    root,
    file,
    link,
    pciFunction(place, { class: code = '0x020000', config = new Uint8Array(256), driver, files = {} } = {}) {
      const directory = `sys/devices/${place}`;
      const address = place.slice(place.lastIndexOf('/') + 1);
      for (const [name, content] of Object.entries({ class: code, vendor: '0x8086', device: '0x10d3', ...files })) file(`${directory}/${name}`, content);
      file(`${directory}/config`, config);
      if (driver !== undefined) {
        mkdirSync(at(`sys/bus/pci/drivers/${driver}`), { recursive: true });
        link(`${directory}/driver`, `sys/bus/pci/drivers/${driver}`);
      }
      link(`sys/bus/pci/devices/${address}`, directory);
      return directory;
    },
    device(className, place, files = {}) {
      const directory = `sys/devices/${place}`;
      mkdirSync(at(directory), { recursive: true });
      for (const [name, content] of Object.entries(files)) file(`${directory}/${name}`, content);
      link(`sys/class/${className}/${place.slice(place.lastIndexOf('/') + 1)}`, directory);
      return directory;
    },
  };
}

/** The configuration space of a function with these capabilities. */
export function configSpace(capabilities: { readonly multifunction?: boolean; readonly express?: number; readonly accessControl?: { readonly capable: number; readonly enabled: number } }): Uint8Array {
  const config = new DataView(new ArrayBuffer(4096));
  if (capabilities.multifunction === true) config.setUint8(0x0e, 0x80);
  if (capabilities.express !== undefined) {
    config.setUint8(0x06, 0x10);
    config.setUint8(0x34, 0x40);
    // Power management first, then PCI Express.
    config.setUint8(0x40, 0x01);
    config.setUint8(0x41, 0x80);
    config.setUint8(0x80, 0x10);
    config.setUint8(0x82, (capabilities.express << 4) | 2);
  }
  if (capabilities.accessControl !== undefined) {
    // Error reporting first, then access control.
    config.setUint32(0x100, 0x0001 | (1 << 16) | (0x148 << 20), true);
    config.setUint32(0x148, 0x000d | (1 << 16), true);
    config.setUint16(0x14c, capabilities.accessControl.capable, true);
    config.setUint16(0x14e, capabilities.accessControl.enabled, true);
  }
  return new Uint8Array(config.buffer);
}
