import { chmod, writeFile } from 'node:fs/promises';

/** What `xl info` of Xen 4.17 prints in a dom0 with 2 CPUs and 2 GiB, with other values where some are given. */
export function xlInfo(values: Readonly<Record<string, string>> = {}): string {
  const lines: Readonly<Record<string, string>> = {
    host: 'dom0',
    release: '6.1.0-38-amd64',
    machine: 'x86_64',
    nr_cpus: '2',
    max_cpu_id: '1',
    nr_nodes: '1',
    virt_caps: ' pv hvm hvm_directio pv_directio hap shadow iommu_hap_pt_share gnttab-v1 gnttab-v2',
    total_memory: '2047',
    free_memory: '1465',
    outstanding_claims: '0',
    xen_major: '4',
    xen_minor: '17',
    xen_extra: '.6-pre',
    xen_version: '4.17.6-pre',
    xen_caps: 'xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ',
    xen_scheduler: 'credit2',
    platform_params: 'virt_start=0xffff800000000000',
    xen_commandline: 'placeholder dom0_mem=512M spec-ctrl=eager-fpu console=com1',
    xend_config_format: '4',
    ...values,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key.padEnd(23)}:${value.startsWith(' ') ? '' : ' '}${value}\n`)
    .join('');
}

/** What a command does: what it says where, how it ends, or that it hangs. */
export interface FakeAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  readonly hangs?: boolean;
}

/**
 * Writes a program that answers the commands of xl (`list`, `info`, …), and notes its arguments in `<path>.calls`, one line a call. For
 * hosts that tests cannot have, and for what a real xl says only in a race.
 */
export async function fakeXl(path: string, answers: Readonly<Record<string, FakeAnswer>>): Promise<void> {
  const cases = await Promise.all(
    Object.entries(answers).map(async ([command, { stdout = '', stderr = '', code = 0, hangs = false }]) => {
      await writeFile(`${path}.${command}.out`, stdout);
      await writeFile(`${path}.${command}.err`, stderr);
      const end = hangs ? 'exec sleep 60' : `exit ${code}`;
      return `  ${command}) cat '${path}.${command}.out'; cat '${path}.${command}.err' >&2; ${end} ;;`;
    }),
  );
  const script = `#!/bin/sh
echo "$*" >> '${path}.calls'
case "$1" in
${cases.join('\n')}
  *) echo "unknown command $1" >&2; exit 1 ;;
esac
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}
