import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftOut } from './contents.js';
import { treeTool } from '../../build/tree-tool.js';

/** Directories that dom0 mounts something on, or writes to. */
const empty = ['dev', 'guest', 'home', 'lab-bin', 'mnt', 'proc', 'project', 'root', 'run', 'sys', 'tmp', 'var/lib/xen/dump', 'var/log/xen', 'var/tmp'];

/**
 * Makes dom0's root directory of the unpacked packages: their files as hard links, and by hand what maintainer scripts would have made.
 * `complete` adds to it what comes from elsewhere, before the loader's cache is made.
 */
export async function makeRootTree(tree: string, root: string, complete: () => Promise<void>): Promise<void> {
  const without = new Set(leftOut);
  linkBelow(tree, root, '', without);
  for (const directory of empty) mkdirSync(join(root, directory), { recursive: true });
  for (const [link, target] of Object.entries({ 'var/run': '/run', 'var/lock': '/run/lock', 'usr/bin/awk': 'mawk', 'usr/bin/which': 'which.debianutils' })) {
    symlinkSync(target, join(root, link));
  }
  for (const name of ['passwd', 'group']) copyFileSync(join(tree, `usr/share/base-passwd/${name}.master`), join(root, 'etc', name));
  copyFileSync(join(tree, 'usr/share/libc-bin/nsswitch.conf'), join(root, 'etc/nsswitch.conf'));
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost xenlab\n');
  writeFileSync(join(root, 'etc/hostname'), 'xenlab\n');
  await complete();
  await treeTool(tree, 'ldconfig', ['-r', root]);
}

/** Links rather than copies: thousands of files in a second. Nobody may write to a file of the root afterwards, only make new ones. */
function linkBelow(tree: string, root: string, path: string, without: ReadonlySet<string>): void {
  mkdirSync(join(root, path), { recursive: true });
  for (const entry of readdirSync(join(tree, path), { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (without.has(inner)) continue;
    if (entry.isDirectory()) linkBelow(tree, root, inner, without);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(join(tree, inner)), join(root, inner));
    else if (entry.isFile()) linkOrCopy(join(tree, inner), join(root, inner));
  }
}

/** A file system may refuse the thousandth link, or a link across a mount. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}
