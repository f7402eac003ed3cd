import type { PropertyValue } from '../../../device-model/model.js';

/** Elements of argv that belong together: an option and its value, or an option alone. */
export type Argument = readonly [option: string] | readonly [option: string, value: string];

/** A value of QEMU's JSON syntax; fields that are undefined are left out. */
type JsonValue = PropertyValue | readonly JsonValue[] | JsonObject;
/** An object of QEMU's JSON syntax. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** `-device {"driver":…}`: a value inside JSON cannot begin another option. */
export function jsonArgument(option: '-blockdev' | '-device' | '-object' | '-audiodev', value: JsonObject): Argument {
  return [option, JSON.stringify(value)];
}

/**
 * `-chardev socket,id=qmp,path=qmp,server=on`, for options that know no JSON (QEMU 7.2: chardev, netdev before 7.2, fsdev, smbios, acpitable).
 * QEMU reads `,,` in a value as one comma; everything else in a value stands for itself.
 */
export function keyedArgument(option: string, head: string | undefined, values: Readonly<Record<string, PropertyValue | undefined>>): Argument {
  const pairs = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${keyedValue(value)}`]));
  return [option, [...(head === undefined ? [] : [head]), ...pairs].join(',')];
}

/** A value of the comma syntax. */
export function keyedValue(value: PropertyValue): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value).replaceAll(',', ',,');
}
