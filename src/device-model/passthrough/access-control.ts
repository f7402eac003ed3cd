import type { PciFunction } from '../../effects/ports/pci.js';

/** Source validation, request redirect, completion redirect, upstream forwarding: with all four, nothing goes from peer to peer. */
const needed = 0x01 | 0x04 | 0x08 | 0x10;

/**
 * Does everything that this function sends go upstream, past the IOMMU, and never straight to a peer? Follows `pci_acs_enabled` of Linux,
 * without its table of devices that isolate and do not say so: what Linux knows better, it tells by its own groups.
 */
export function isolates({ accessControl, multifunction, portType, vendor }: PciFunction): boolean {
  switch (portType) {
    case 'root-port':
    case 'downstream-port':
      return controls(accessControl);
    case 'integrated-endpoint':
      // Intel's let through what the IOMMU has translated, and nothing else.
      return vendor === '8086' || !multifunction || controls(accessControl);
    case 'endpoint':
    case 'legacy-endpoint':
    case 'upstream-port':
      return !multifunction || controls(accessControl);
    // On a shared bus everybody hears everybody; of what is unknown nothing is promised.
    case 'conventional':
    case 'pcie-to-pci-bridge':
    case 'pci-to-pcie-bridge':
    case 'event-collector':
    case 'unknown':
      return false;
  }
}

/** What a function is not capable of needs no control: it does no such thing. */
function controls(accessControl: PciFunction['accessControl']): boolean {
  if (accessControl === undefined) return false;
  const wanted = needed & accessControl.capable;
  return (accessControl.enabled & wanted) === wanted;
}
