import type { FileFacts, FilePort } from '../../../effects/ports/files.js';
import type { ProcessPort } from '../../../effects/ports/processes.js';

/** Among a probe's `devices`: Xen's QEMU can demand a password of who looks at a display. */
export const vncPasswordAbility = 'vnc-password';

/** Where distributions put the QEMU that xl starts; the path is compiled into libxl, and xl does not tell it. */
const places = [
  '/usr/libexec/xen-qemu-system-i386',
  '/usr/libexec/xen/bin/qemu-system-i386',
  '/usr/lib/xen/bin/qemu-system-i386',
  '/usr/lib/xen-4.17/bin/qemu-system-i386',
  '/usr/local/lib/xen/bin/qemu-system-i386',
] as const;

/** Milliseconds; it takes 50, and ten times that on an emulated machine. */
const timeout = 10_000;

export interface XenQemu {
  readonly path: string;
  readonly facts: FileFacts;
}

/** Undefined where none is known: such a Xen serves no guest that needs one. */
export async function findXenQemu(files: Pick<FilePort, 'stat'>): Promise<XenQemu | undefined> {
  for (const path of places) {
    const facts = await files.stat(path).catch(() => undefined);
    if (facts !== undefined) return { path, facts };
  }
  return undefined;
}

/**
 * VNC hides passwords by DES, for which QEMU needs a library that it may have been built without, as Debian 12's for Xen is. One that has none
 * ends at once when it is told to demand a password. It makes no machine, listens nowhere, and is told to end. Undefined where it could not be
 * asked, or did not end by itself in time: that says nothing of it.
 */
export async function takesVncPasswords({ run }: Pick<ProcessPort, 'run'>, { path }: XenQemu): Promise<boolean | undefined> {
  const args = ['-machine', 'none,accel=qtest:tcg', '-nodefaults', '-display', 'none', '-vnc', 'none,password=on', '-qmp', 'stdio'];
  const input = '{"execute":"qmp_capabilities"}{"execute":"quit"}\n';
  const result = await run(path, args, { timeout, input, env: { LC_ALL: 'C' } }).catch(() => undefined);
  return result === undefined || result.code === null ? undefined : result.code === 0;
}
