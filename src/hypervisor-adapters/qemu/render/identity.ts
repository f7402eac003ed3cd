import { stableBytes } from '../../../device-model/identity.js';

/** Name of a tap interface, 10 of the 15 characters that Linux allows. */
export function tapOf(domain: string, network: string): string {
  return `wl${stableBytes('tap', domain, network).toString('hex', 0, 4)}`;
}

/** vsock context number from 2^30 to 2^31 - 1: away from the small numbers that people give. */
export function vsockCidOf(domain: string): number {
  return 0x4000_0000 + (stableBytes('vsock', domain).readUInt32BE(0) & 0x3fff_ffff);
}
