import { z } from 'zod';
import { says } from '../wording.js';
import { closed } from './shapes.js';
import { line } from './scalars.js';

const LONGEST = 128;

/** Strings that the guest reads from its SMBIOS tables. */
export const smbios = closed({
  manufacturer: line(LONGEST).optional().describe('Manufacturer of the system.'),
  product: line(LONGEST).optional().describe('Product name of the system.'),
  version: line(LONGEST).optional().describe('Version of the system.'),
  serial: line(LONGEST).optional().describe('Serial number of the system.'),
  uuid: z
    .guid({ error: says('is not a UUID', "write one such as '6f1c8b52-0b8e-4a3e-9d0b-2f6a1c9e7d41'") })
    .toLowerCase()
    .optional()
    .describe('UUID of the system; left out, a stable one is derived from the domain name.'),
  sku: line(LONGEST).optional().describe('Stock number of the system.'),
  family: line(LONGEST).optional().describe('Family of the system.'),
  assetTag: line(LONGEST).optional().describe('Asset tag of the chassis.'),
  oemStrings: z.array(line(1024)).max(32).default([]).describe('OEM strings.'),
});

/** SMBIOS strings; what is left out keeps the value of the hypervisor. */
export type SmbiosSpec = z.output<typeof smbios>;
