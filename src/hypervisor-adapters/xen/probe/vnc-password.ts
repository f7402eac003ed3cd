import type { FileFacts, FilePort } from '../../../effects/ports/files.js';
import type { ProcessPort } from '../../../effects/ports/processes.js';
import { guardedServerId, passwordCommand } from '../channel/qmp/display-password.js';

/** Among a probe's `devices`: the QEMU that it asked, Xen's own or a named one, can demand a password of who looks at a display. */
export const vncPasswordAbility = 'vnc-password';
/** In its stead where Xen's own is not found, or did not answer in time. */
export const vncPasswordUnknown = 'vnc-password-unknown';

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

/** The named one, or that of Xen. Undefined where there is none. */
export async function findXenQemu(files: Pick<FilePort, 'stat'>, named: string | undefined): Promise<XenQemu | undefined> {
  for (const path of named === undefined ? places : [named]) {
    const facts = await files.stat(path).catch(() => undefined);
    if (facts !== undefined) return { path, facts };
  }
  return undefined;
}

/**
 * VNC hides passwords by DES, for which QEMU needs a library that it may have been built without, as Debian 12's for Xen is. One that has none
 * ends at once when it is told to demand a password; one older than 7.0 takes none for the second of its servers, the first being xl's. It
 * makes no machine, listens nowhere, and is told to end. Undefined where it could not be asked, or did not end by itself in time: that says
 * nothing of it.
 */
export async function takesVncPasswords({ run }: Pick<ProcessPort, 'run'>, { path }: XenQemu): Promise<boolean | undefined> {
  const servers = ['-vnc', 'none', '-vnc', `none,id=${guardedServerId},password=on`];
  const args = ['-machine', 'none,accel=qtest:tcg', '-nodefaults', '-display', 'none', ...servers, '-qmp', 'stdio'];
  const commands = [{ execute: 'qmp_capabilities' }, passwordCommand('any'), { execute: 'quit' }];
  const input = commands.map((command) => `${JSON.stringify(command)}\n`).join('');
  const result = await run(path, args, { timeout, input, env: { LC_ALL: 'C' } }).catch(() => undefined);
  return result === undefined || result.code === null ? undefined : result.code === 0 && !/^\{"error"/m.test(result.stdout);
}
