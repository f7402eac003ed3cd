/** A Linux guest with drivers for passed-through devices: the kernel for clouds, of which the lab's other guests are made, has none. */
import { copyFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerPackages, hostHasCompiler } from '../build/compiler.js';
import { writeInitrd } from '../build/initrd.js';
import { modulesOf } from '../build/kernel-modules.js';
import { ensurePackages } from '../packages.js';
import { toStderr } from '../progress.js';
import { artefactFiles } from './build/artefacts.js';
import { packages } from './build/contents.js';
import { preparedXenLab } from './prepare.js';

/** The front end of the PCI bus, and the driver of the lab's network cards. */
const modules = ['xen-pcifront', 'e1000e'];

/** Puts `pci.elf` and `pci.ird` onto a share: dom0's own kernel, and what the lab's Linux guests boot into, with these modules. */
export async function writePciGuest(share: string): Promise<void> {
  const { artefacts } = await preparedXenLab(toStderr);
  copyFileSync(join(artefacts, artefactFiles.kernel), join(share, 'pci.elf'));
  const tree = await ensurePackages([...packages, ...(hostHasCompiler() ? [] : compilerPackages)]);
  const version = (await readdir(join(tree, 'usr/lib/modules'))).find((name) => /^\d/.test(name) && !name.includes('-cloud-'));
  if (version === undefined) throw new Error('the packages have no kernel for machines');
  await writeInitrd(tree, join(share, 'pci.ird'), { modules: await modulesOf(tree, version), load: modules, init: fileURLToPath(new URL('guest/init.sh', import.meta.url)) });
}
