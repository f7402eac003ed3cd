/** Paths of all leaves that differ between two values: `spec.disks[0].readOnly`. A leaf that only one has differs. */
export function differences(path: string, one: unknown, other: unknown): readonly string[] {
  if (Object.is(one, other)) return [];
  if (Array.isArray(one) && Array.isArray(other)) {
    const longest = Math.max(one.length, other.length);
    return Array.from({ length: longest }, (_, index) => differences(`${path}[${index}]`, one[index], other[index])).flat();
  }
  if (isMap(one) && isMap(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) => differences(`${path}.${key}`, one[key], other[key]));
  }
  return [path];
}

/** Is a path one of these fields, or within one? */
export function isWithin(path: string, fields: readonly string[]): boolean {
  return fields.some((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
