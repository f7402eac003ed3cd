/** What stands in a function's configuration space (PCI Express base specification, chapter 7). */
import type { PciFunction, PciPortType } from '../ports/pci.js';

type ConfigFacts = Pick<PciFunction, 'portType' | 'accessControl'> & { readonly multifunction: boolean };

/** What an unprivileged user is given: the header, and none of the capabilities. */
const headerSize = 64;
const expressCapability = 0x10;
const accessControlCapability = 0x0d;

/** By the device/port type of the PCI Express capability register. */
const portTypes: Readonly<Partial<Record<number, PciPortType>>> = {
  0x0: 'endpoint',
  0x1: 'legacy-endpoint',
  0x4: 'root-port',
  0x5: 'upstream-port',
  0x6: 'downstream-port',
  0x7: 'pcie-to-pci-bridge',
  0x8: 'pci-to-pcie-bridge',
  0x9: 'integrated-endpoint',
  0xa: 'event-collector',
};

export function parseConfigSpace(config: Uint8Array): ConfigFacts {
  const view = new DataView(config.buffer, config.byteOffset, config.byteLength);
  const byte = (at: number): number => (at < view.byteLength ? view.getUint8(at) : 0);
  const multifunction = (byte(0x0e) & 0x80) !== 0;
  if (view.byteLength <= headerSize) return { multifunction, portType: 'unknown' };
  const express = capability(byte, expressCapability);
  if (express === undefined) return { multifunction, portType: 'conventional' };
  const accessControl = accessControlOf(view);
  return { multifunction, portType: portTypes[byte(express + 2) >> 4] ?? 'unknown', ...(accessControl === undefined ? {} : { accessControl }) };
}

/** Offset of a capability in the list that the status register announces. A list that goes in a circle ends. */
function capability(byte: (at: number) => number, id: number): number | undefined {
  if ((byte(0x06) & 0x10) === 0) return undefined;
  const seen = new Set<number>();
  for (let at = byte(0x34) & 0xfc; at >= headerSize && !seen.has(at); at = byte(at + 1) & 0xfc) {
    if (byte(at) === id) return at;
    seen.add(at);
  }
  return undefined;
}

function accessControlOf(view: DataView): PciFunction['accessControl'] {
  const seen = new Set<number>();
  for (let at = 0x100; at >= 0x100 && at + 8 <= view.byteLength && !seen.has(at); at = view.getUint32(at, true) >>> 20) {
    if ((view.getUint32(at, true) & 0xffff) === accessControlCapability) return { capable: view.getUint16(at + 4, true), enabled: view.getUint16(at + 6, true) };
    seen.add(at);
  }
  return undefined;
}
