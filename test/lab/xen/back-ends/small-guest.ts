/** The lab's small Linux guest with more in it: modules that it does not load by itself, and programs as /lab/<name>. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeInitrd } from '../../build/initrd.js';
import { modulesOf } from '../../build/kernel-modules.js';
import { kernelVersions } from '../build/artefacts.js';
import { guestModules } from '../build/contents.js';
import { wantedRelease } from '../build/xen-release.js';
import { labPackages } from '../prepare.js';

/** Writes its initrd, for /guest/linux.elf. `programs`: where they were built, by their names. */
export async function writeSmallGuest(to: string, modules: readonly string[], programs: Readonly<Record<string, string>>): Promise<void> {
  const tree = await labPackages(wantedRelease());
  const { cloud } = await kernelVersions(tree);
  await writeInitrd(tree, to, {
    modules: await modulesOf(tree, cloud),
    load: [...guestModules, ...modules],
    init: fileURLToPath(new URL('../guest/init.sh', import.meta.url)),
    files: Object.fromEntries(Object.entries(programs).map(([name, built]) => [name, readFileSync(built)])),
  });
}
