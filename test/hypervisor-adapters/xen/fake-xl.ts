import { chmod, writeFile } from 'node:fs/promises';

/** What `xl info` of Xen 4.17 printed in the dom0 of our lab, with other values where some are given. */
export function xlInfo(values: Readonly<Record<string, string>> = {}): string {
  const lines: Readonly<Record<string, string>> = {
    host: 'xenlab',
    release: '6.1.0-56-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)',
    machine: 'x86_64',
    nr_cpus: '1',
    max_cpu_id: '0',
    nr_nodes: '1',
    cores_per_socket: '1',
    threads_per_core: '1',
    cpu_mhz: '2596.124',
    hw_caps: '0fcbf3fd:c6d8220b:e4500800:00000075:00000005:01884309:0000020c:00000000',
    virt_caps: 'pv hvm hvm_directio pv_directio hap iommu_hap_pt_share gnttab-v1 gnttab-v2',
    total_memory: '2047',
    free_memory: '1255',
    sharing_freed_memory: '0',
    sharing_used_memory: '0',
    outstanding_claims: '0',
    free_cpus: '0',
    xen_major: '4',
    xen_minor: '17',
    xen_extra: '.7',
    xen_version: '4.17.7',
    xen_caps: 'xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ',
    xen_scheduler: 'credit2',
    xen_pagesize: '4096',
    platform_params: 'virt_start=0xffff800000000000',
    xen_changeset: '',
    xen_commandline: 'console=com1 com1=115200 dom0_mem=768M,max:768M loglvl=all guest_loglvl=all iommu=1 spec-ctrl=eager-fpu',
    cc_compiler: 'x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0',
    cc_compile_by: 'pkg-xen-devel',
    cc_compile_domain: 'lists.alioth.debian.org',
    cc_compile_date: 'Wed Nov  4 16:52:28 UTC 2026',
    build_id: '151b373fd64b321593bf987fd923cd10dabadac4',
    xend_config_format: '4',
    ...values,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key.padEnd(23)}: ${value}\n`)
    .join('');
}

/** What that of Debian 13 prints otherwise, in the lab of 4.20; the lines are the same ones. */
export const xlInfo420: Readonly<Record<string, string>> = {
  release: '6.12.117+deb13-amd64',
  version: '#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-11-12)',
  cpu_mhz: '2596.123',
  hw_caps: '0fcbf3fd:c6d8220b:e4500800:00000075:00000005:01884309:8001020c:00000000',
  xen_minor: '20',
  xen_extra: '.5-pre',
  xen_version: '4.20.5-pre',
  cc_compiler: 'x86_64-linux-gnu-gcc (Debian 14.2.0-19) 14.2.0',
  cc_compile_date: 'Tue Nov  3 20:11:50 UTC 2026',
  build_id: '576c0736b3e38388c5afe9aaccc43a18d514e88e',
};

/** What a command does: what it says where, how it ends, or that it hangs. */
export interface FakeAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  readonly hangs?: boolean;
  /** What `list` says from then on. */
  readonly lists?: string;
  /** Seconds that it takes to end, after it has said everything. */
  readonly lasts?: number;
}

/** What xl 4.17 says to `help suspend`. */
export const unknownCommand: FakeAnswer = { stdout: 'command "suspend" not implemented\n' };
/** And what that of 4.20 does. */
export const usageOfSuspend: FakeAnswer = { stdout: 'Usage: xl [-vtTf] suspend <Domain>\n\nSuspend a domain to RAM.\n\n' };

/**
 * Writes a program that answers the commands of xl (`list`, `info`, …), and notes its arguments in `<path>.calls`, one line a call. For
 * hosts that tests cannot have, and for what a real xl says only in a race.
 */
export async function fakeXl(path: string, answers: Readonly<Record<string, FakeAnswer>>): Promise<void> {
  const cases = await Promise.all(
    Object.entries(answers).map(async ([command, { stdout = '', stderr = '', code = 0, hangs = false, lists, lasts = 0 }]) => {
      await writeFile(`${path}.${command}.out`, stdout);
      await writeFile(`${path}.${command}.err`, stderr);
      if (lists !== undefined) await writeFile(`${path}.${command}.lists`, lists);
      const change = lists === undefined ? '' : ` cp '${path}.${command}.lists' '${path}.list.out';`;
      const wait = lasts === 0 ? '' : ` sleep ${lasts};`;
      const end = hangs ? 'exec sleep 60' : `exit ${code}`;
      return `  ${command})${change} cat '${path}.${command}.out'; cat '${path}.${command}.err' >&2;${wait} ${end} ;;`;
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
