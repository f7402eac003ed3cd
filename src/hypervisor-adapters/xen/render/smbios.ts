import type { SmbiosSpec } from '../../../documents/domain-spec.js';

/** What hvmloader would say where a document says nothing. */
export interface SmbiosDefaults {
  readonly uuid: string;
  /** Of Xen, such as `4.17.5`. */
  readonly version: string;
}

/**
 * The structures that take the place of hvmloader's own, or undefined where its own are what the document asks for. Source: SMBIOS 2.4,
 * sections 3.3.2, 3.3.4 and 3.3.12, and tools/firmware/hvmloader/smbios.c of Xen: behind four bytes with its length stands each structure,
 * of which hvmloader changes the handle only. What the document leaves out is as hvmloader has it.
 */
export function smbiosStructures(spec: SmbiosSpec, defaults: SmbiosDefaults): Buffer | undefined {
  const { manufacturer, product, version, serial, sku, family, assetTag, oemStrings } = spec;
  const ofSystem = present([manufacturer, product, version, serial, sku, family]);
  const structures = [
    ...(ofSystem.length === 0 ? [] : [systemInformation(spec, defaults)]),
    ...(assetTag === undefined ? [] : [enclosure(assetTag)]),
    ...(oemStrings.length === 0 ? [] : [structure(11, [oemStrings.length], oemStrings)]),
  ];
  return structures.length === 0 ? undefined : Buffer.concat(structures.flatMap((bytes) => [word(bytes.length), bytes]));
}

function systemInformation({ manufacturer, product, version, serial, sku, family }: SmbiosSpec, defaults: SmbiosDefaults): Buffer {
  const texts = [manufacturer ?? 'Xen', product ?? 'HVM domU', version ?? defaults.version, serial ?? defaults.uuid, sku, family];
  const [ofManufacturer = 0, ofProduct = 0, ofVersion = 0, ofSerial = 0, ofSku = 0, ofFamily = 0] = numbers(texts);
  // In the order in which the UUID is written: readers of tables before 2.6 swap nothing.
  const uuid = Buffer.from(defaults.uuid.replaceAll('-', ''), 'hex');
  const powerSwitch = 6;
  return structure(1, [ofManufacturer, ofProduct, ofVersion, ofSerial, ...uuid, powerSwitch, ofSku, ofFamily], present(texts));
}

function enclosure(assetTag: string): Buffer {
  const other = 1;
  const safe = 3;
  const unknown = 2;
  const [maker, version, serial, tag] = [1, 0, 0, 2];
  const [oemDefined, height, powerCords, elements, elementLength] = [[0, 0, 0, 0], 0, 0, 0, 0];
  return structure(3, [maker, other, version, serial, tag, safe, safe, safe, unknown, ...oemDefined, height, powerCords, elements, elementLength], ['Xen', assetTag]);
}

/** A header of four bytes with a handle that hvmloader will give, the fixed part, and the strings, each with its NUL and one behind all. */
function structure(type: number, fixed: readonly number[], texts: readonly string[]): Buffer {
  return Buffer.concat([Buffer.from([type, 4 + fixed.length, 0, 0, ...fixed]), Buffer.from(`${texts.map((text) => `${text}\0`).join('')}\0`)]);
}

/** The number of each text among those that are there, from 1; 0 for one that is not. */
function numbers(texts: readonly (string | undefined)[]): readonly number[] {
  let last = 0;
  return texts.map((text) => (text === undefined ? 0 : (last += 1)));
}

function present(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.filter((text) => text !== undefined);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
