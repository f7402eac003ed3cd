import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';

/** Puts the node that runs this into a root tree, as /usr/bin/node, with those shared libraries that the tree does not have. */
export async function installNode(root: string): Promise<void> {
  const node = realpathSync(process.execPath);
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  copyFileSync(node, join(root, 'usr/bin/node'));
  const libraries = 'usr/lib/x86_64-linux-gnu';
  for (const library of await librariesOf(node)) {
    const name = basename(library);
    if ([libraries, 'usr/lib', 'usr/lib64'].some((directory) => existsSync(join(root, directory, name)))) continue;
    mkdirSync(join(root, dirname(join(libraries, name))), { recursive: true });
    copyFileSync(library, join(root, libraries, name));
  }
}

/** Absolute paths, as the loader resolves them. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await execa('ldd', [program], { timeout: 10_000 });
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path]) => path ?? '').filter((path) => path !== '');
}
