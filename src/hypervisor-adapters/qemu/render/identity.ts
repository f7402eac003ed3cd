import { createHash } from 'node:crypto';

/** Bytes that are the same for the same words, on every host and at every start. */
function digest(...words: readonly string[]): Buffer {
  return createHash('sha256').update(['windlass', ...words].join('\0')).digest();
}

/** UUID (version 8, RFC 9562: made by the rule of an application) of a domain, from its name. */
export function uuidOf(domain: string): string {
  const bytes = digest('uuid', domain).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** MAC address of a network device; 52:54:00 is the prefix that QEMU and KVM guests use. */
export function macOf(domain: string, network: string): string {
  const [one = 0, two = 0, three = 0] = digest('mac', domain, network);
  return ['52', '54', '00', ...[one, two, three].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

/** Name of a tap interface, 10 of the 15 characters that Linux allows. */
export function tapOf(domain: string, network: string): string {
  return `wl${digest('tap', domain, network).toString('hex', 0, 4)}`;
}

/** vsock context number from 2^30 to 2^31 - 1: away from the small numbers that people give. */
export function vsockCidOf(domain: string): number {
  return 0x4000_0000 + (digest('vsock', domain).readUInt32BE(0) & 0x3fff_ffff);
}
