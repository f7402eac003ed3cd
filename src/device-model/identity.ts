import { createHash } from 'node:crypto';

/** Bytes that are the same for the same words, on every host and at every start. */
export function stableBytes(...words: readonly string[]): Buffer {
  return createHash('sha256').update(['windlass', ...words].join('\0')).digest();
}

/** UUID (version 8, RFC 9562: made by the rule of an application) of whatever the words name. */
export function stableUuid(...words: readonly string[]): string {
  const bytes = stableBytes('uuid', ...words).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * MAC address of a network device: the same under every hypervisor, so that a domain that moves keeps its leases. 52:54:00 is the prefix
 * that QEMU and KVM guests use; its second bit says that no vendor gave it out.
 */
export function stableMac(domain: string, network: string): string {
  const [one = 0, two = 0, three = 0] = stableBytes('mac', domain, network);
  return ['52', '54', '00', ...[one, two, three].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
