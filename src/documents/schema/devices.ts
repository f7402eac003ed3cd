import { z } from 'zod';
import { says } from '../wording.js';
import { closed, exactlyOne, numbered, repeats, whenSound } from './shapes.js';
import { count, interfaceName, label, line } from './scalars.js';

const tpmVersion = z
  // A YAML reader makes a number of 2.0, and the user meant what it looks like.
  .union([z.literal(['1.2', '2.0']), z.literal([1.2, 2])], { error: says('is not a TPM version', 'write 1.2 or 2.0') })
  .transform((written) => (written === '1.2' || written === 1.2 ? '1.2' : '2.0'));

/** A virtual TPM. `true` is version 2.0. */
export const tpm = z
  .union([z.boolean(), closed({ version: tpmVersion.prefault('2.0').describe('TPM version.') })], {
    error: says('is not a TPM', 'write true, false, or a map with version'),
  })
  .transform((written) => (typeof written === 'boolean' ? (written ? { version: '2.0' as const } : undefined) : written));

/** A socket between host and guest. `true` lets the engine choose the context number. */
export const vsock = z
  .union(
    [
      z.boolean(),
      closed({ cid: count(3, 4_294_967_294).optional().describe('Context number of the guest; left out, the engine chooses.') }),
    ],
    {
      error: says('is not a vsock device', 'write true, false, or a map with cid'),
    },
  )
  .transform((written): { cid?: number | undefined } | undefined => (typeof written === 'boolean' ? (written ? {} : undefined) : written));

/** CAN buses of the host that the guest joins. */
export const can = z
  .array(
    closed({
      name: label(32).optional().describe('Name within the domain; the default is can0, can1, … by place.'),
      interface: interfaceName.describe('CAN interface of the host.').meta({ examples: ['vcan0'] }),
    }),
  )
  .max(8)
  .transform(numbered('can'))
  .check(whenSound(repeats('name', 'name', ({ name }) => name)));

const usbIdError = says('is not a USB identity', "write four hex digits in quotes, such as '046d'");
const usbId = z
  .string({ error: usbIdError })
  .regex(/^(0[xX])?[0-9a-fA-F]{4}$/, { error: usbIdError })
  .transform((written) => written.toLowerCase().replace(/^0x/, ''));

const usbPortError = says('is not a USB port', "write numbers with dots, in quotes, such as '1.2'");
const usbPort = z
  .union([z.int().min(1).max(255), z.string().regex(/^\d{1,3}(\.\d{1,3}){0,6}$/, { error: usbPortError })], { error: usbPortError })
  .transform(String);

const usbDevice = closed({
  vendor: usbId.optional().describe('Vendor, four hex digits; with product.'),
  product: usbId.optional().describe('Product, four hex digits; with vendor.'),
  bus: count(1, 255).optional().describe('Host bus; with port.'),
  port: usbPort.optional().describe('Port on the bus; with bus.'),
})
  .check(
    whenSound(({ vendor, product, bus, port }) => {
      const named = [vendor, product].filter((part) => part !== undefined).length;
      const placed = [bus, port].filter((part) => part !== undefined).length;
      const complete = (named === 2 && placed === 0) || (named === 0 && placed === 2);
      return complete ? [] : [{ message: 'takes either vendor and product, or bus and port' }];
    }),
  )
  .transform(({ vendor, product, bus, port }): { vendor: string; product: string } | { bus: number; port: string } =>
    bus !== undefined && port !== undefined ? { bus, port } : { vendor: vendor ?? '', product: product ?? '' },
  );

/** USB devices of the host that the guest takes over. */
export const usb = z.array(usbDevice).max(32);

const pciError = says('is not a PCI address', "write it in quotes, such as '0000:03:00.0'");
const pciAddress = z
  .string({ error: pciError })
  .regex(/^([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[01][0-9a-fA-F]\.[0-7]$/, { error: pciError })
  .transform((written) => (written.split(':').length === 2 ? `0000:${written}` : written).toLowerCase());

const groupError = says('is not an isolation group', "write the kernel's number of it, or in quotes the address of its first function");
const isolationGroup = z
  // A YAML reader makes a number of what looks like one.
  .union([z.int().min(0).max(4_294_967_295), z.string().regex(/^(0|[1-9]\d{0,9})$/), pciAddress], { error: groupError })
  .transform(String);

const pciDevice = exactlyOne({
  address: pciAddress.describe('Address of one function on the host.').meta({ examples: ['0000:03:00.0'] }),
  label: line(255).describe("Name that the host's firmware gives to a device.").meta({ examples: ['Onboard LAN'] }),
  group: isolationGroup.describe("Isolation group (IOMMU group) of the host: the kernel's number, or the address of the group's first function where the kernel numbers none. The guest gets all of it.").meta({ examples: [14] }),
});

/** PCI devices of the host that the guest takes over. */
export const pci = z.array(pciDevice).max(32);

/** A virtual TPM. */
export type TpmSpec = NonNullable<z.output<typeof tpm>>;
/** A vsock device; without `cid` the engine chooses one. */
export type VsockSpec = NonNullable<z.output<typeof vsock>>;
/** A CAN bus. */
export type CanSpec = z.output<typeof can>[number];
/** `{vendor, product}` as four lower-case hex digits each, or `{bus, port}`. */
export type UsbSpec = z.output<typeof usbDevice>;
/** `{address}` with its domain and in lower case, `{label}` or `{group}`. */
export type PciSpec = z.output<typeof pciDevice>;
