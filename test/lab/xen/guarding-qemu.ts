/**
 * Another QEMU for Xen than dom0's own. That of Debian 12 was built without DES, and so was each until Debian 13's backports, whose QEMU has
 * it from nettle. It comes with its own loader and libraries, those of Xen among them, and is started by a script, as a user's would be.
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages } from '../packages.js';

/** In dom0: what documents name as `xen.deviceModel`. */
export const guardingQemu = '/project/qemu/start';

const libraries = 'usr/lib/x86_64-linux-gnu';
const binary = 'usr/libexec/xen-qemu-system-i386';
/** Keymaps, and the firmware of emulated devices. */
const data = ['usr/share/qemu', 'usr/share/seabios'];

/** Puts it onto a share that is /project in dom0. */
export async function shareGuardingQemu(share: string): Promise<void> {
  const tree = await ensurePackages(['qemu-system-xen'], undefined, 'trixie-backports');
  const own = join(share, 'qemu');
  for (const path of data) cpSync(join(tree, path), join(own, path), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(own, libraries), { recursive: true });
  const modules = readdirSync(join(tree, libraries)).filter((name) => /\.so(?:\.|$)/.test(name));
  for (const name of modules) cpSync(join(tree, libraries, name), join(own, libraries, name), { verbatimSymlinks: true });
  mkdirSync(join(own, 'usr/libexec'));
  cpSync(join(tree, binary), join(own, binary));
  const inside = (path: string): string => `/project/qemu/${path}`;
  const words = [inside(`${libraries}/ld-linux-x86-64.so.2`), '--library-path', inside(libraries), inside(binary), ...data.flatMap((path) => ['-L', inside(path)])];
  writeFileSync(join(share, 'qemu/start'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
}
