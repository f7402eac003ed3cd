/** What `xl info` says of the hypervisor and the machine below it. */
export interface XenInfo {
  /** Such as `4.17.6-pre`. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** Such as `xen-3.0-x86_64` and `hvm-3.0-x86_64`: interfaces that guests can be built for. */
  readonly capabilities: readonly string[];
  /** Such as `pv`, `hvm`, `hap`, and `hvm_directio` where there is an IOMMU. */
  readonly virtualization: readonly string[];
  /** The hypervisor's own command line. */
  readonly commandLine: string;
  /** Those that are online. */
  readonly cpus: number;
  /** No CPU of the machine has a higher number, online or not. */
  readonly highestCpu: number;
  readonly totalMemoryMiB: number;
  /** What Xen has left for new domains; changes with every start. */
  readonly freeMemoryMiB: number;
}

/** Reads the output of `xl info`. Never throws; undefined where a needed line is missing, as without a hypervisor. */
export function readXenInfo(text: string): XenInfo | undefined {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^([a-z_]+) *: ?(.*)$/.exec(line) ?? [];
    // The first counts: a later one could only be part of a value with a line break in it.
    if (key !== undefined && !lines.has(key)) lines.set(key, (value ?? '').trim());
  }
  const words = (key: string): readonly string[] => (lines.get(key) ?? '').split(/\s+/).filter((word) => word !== '');
  const number = (key: string): number => (/^\d{1,12}$/.test(lines.get(key) ?? '') ? Number(lines.get(key)) : NaN);
  const numbers = { major: number('xen_major'), minor: number('xen_minor'), cpus: number('nr_cpus'), highestCpu: number('max_cpu_id') };
  const memory = { totalMemoryMiB: number('total_memory'), freeMemoryMiB: number('free_memory') };
  const version = lines.get('xen_version');
  if (version === undefined || version === '' || Object.values({ ...numbers, ...memory }).some(Number.isNaN)) return undefined;
  return {
    version,
    ...numbers,
    capabilities: words('xen_caps'),
    virtualization: words('virt_caps'),
    commandLine: lines.get('xen_commandline') ?? '',
    ...memory,
  };
}
