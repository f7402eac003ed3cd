/** Everything that the lab's machine is started with, made of unpacked packages and of the sources beside this file. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeInitrd } from '../../build/initrd.js';
import type { Modules } from '../../build/kernel-modules.js';
import { installModules, modulesOf } from '../../build/kernel-modules.js';
import { transpiled } from '../../build/transpile.js';
import { treeTool } from '../../build/tree-tool.js';
import type { Step } from '../../progress.js';
import { dom0Modules, guestModules, initrdModules, pcGuestModules, wholeGuestModules } from './contents.js';
import { extractKernel } from './elf-kernel.js';
import { installNode } from './node-runtime.js';
import { makeRootTree } from './root-tree.js';
import { buildTinyGuest } from './tiny-guest.js';
import type { XenRelease } from './xen-release.js';

/** Names of the files in a directory of artefacts. */
export const artefactFiles = { hypervisor: 'xen', kernel: 'dom0.elf', initrd: 'dom0.cpio', root: 'root.erofs' } as const;

/** Steps 2 to 6 of the build. Makes the directory with all artefacts in it, or nothing: a build that fails leaves no directory. `source` is `test/lab/xen`. */
export async function buildArtefacts(tree: string, source: string, directory: string, { xen }: XenRelease, step: Step): Promise<void> {
  const made = mkdtempSync(`${directory}.`);
  try {
    const root = join(made, 'root');
    const guests = join(root, 'guest');
    mkdirSync(guests, { recursive: true });
    const { full, cloud } = await kernelVersions(tree);
    const modules = { full: await modulesOf(tree, full), cloud: await modulesOf(tree, cloud) };

    await step(2, 'hypervisor and kernels', async () => {
      await writeFile(join(made, artefactFiles.hypervisor), gunzipSync(await readFile(join(tree, 'boot', `xen-${xen}-amd64.gz`))));
      await extractKernel(tree, join(tree, 'boot', `vmlinuz-${full}`), join(made, artefactFiles.kernel));
      await cp(join(made, artefactFiles.kernel), join(guests, 'full.elf'));
      await extractKernel(tree, join(tree, 'boot', `vmlinuz-${cloud}`), join(guests, 'linux.elf'));
    });
    await step(3, 'guests', () => buildGuests(tree, source, guests, modules));
    await step(4, 'root tree', () =>
      makeRootTree(tree, root, async () => {
        await installNode(root);
        await installModules(tree, modules.full, dom0Modules, root);
      }),
    );
    await step(5, 'root image', async () => {
      await treeTool(tree, 'mkfs.erofs', ['-T0', '-zlz4', '--all-root', join(made, artefactFiles.root), root]);
      await rm(root, { recursive: true });
    });
    await step(6, 'initrd', async () => {
      const files = { 'services.sh': await readFile(join(source, 'dom0/services.sh')), 'agent.mjs': await transpiled(join(source, '../exec/agent.ts')) };
      await writeInitrd(tree, join(made, artefactFiles.initrd), { modules: modules.full, load: initrdModules, init: join(source, 'dom0/initrd-init.sh'), files });
    });
    renameSync(made, directory);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

async function buildGuests(tree: string, source: string, guests: string, { full, cloud }: Readonly<Record<'full' | 'cloud', Modules>>): Promise<void> {
  const init = join(source, 'guest/init.sh');
  await buildTinyGuest(tree, join(source, 'guest/tinypv'), join(guests, 'tinypv'));
  await writeInitrd(tree, join(guests, 'linux.ird'), { modules: cloud, load: guestModules, init });
  await writeInitrd(tree, join(guests, 'full.ird'), { modules: full, load: wholeGuestModules, init });
  await writeInitrd(tree, join(guests, 'pc.ird'), { modules: full, load: pcGuestModules, init });
  // Kernels as a distribution ships them, for what wants one: HVM guests, and pygrub's kind.
  await cp(join(tree, 'boot', `vmlinuz-${cloud.version}`), join(guests, 'linux.bzimage'));
  await cp(join(tree, 'boot', `vmlinuz-${full.version}`), join(guests, 'full.bzimage'));
  const disk = Buffer.alloc(8 * 1024 * 1024);
  disk.write('windlass lab disk');
  await writeFile(join(guests, 'disk.img'), disk);
}

/** The kernel with dom0 support, and the small one for guests, which has none. */
export async function kernelVersions(tree: string): Promise<{ readonly full: string; readonly cloud: string }> {
  const versions = (await readdir(join(tree, 'usr/lib/modules'))).filter((name) => /^\d/.test(name));
  const cloud = versions.find((version) => version.includes('-cloud-'));
  const full = versions.find((version) => !version.includes('-cloud-'));
  if (cloud === undefined || full === undefined) throw new Error(`two kernels should be there, and these are: ${versions.join(' ')}`);
  return { full, cloud };
}
