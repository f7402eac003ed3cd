/** Makes what the lab's guest starts from, or finds it in the cache: a kernel, and an initrd. Some seconds, behind the download. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeInitrd } from '../build/initrd.js';
import { modulesOf } from '../build/kernel-modules.js';
import { cacheDirectory, contentsBelow, digestOf, exclusively, use } from '../cache.js';
import { ensurePackages } from '../packages.js';
import { type Say, steps } from '../progress.js';
import { agentFiles } from './agent-files.js';
import { modules, packages } from './contents.js';

/** Paths of files. */
export interface LinuxGuest {
  readonly kernel: string;
  readonly initrd: string;
}

/** Where the set-up of a test run leaves for its workers what it has prepared: asking apt again takes a second. */
const handedOver = 'LAB_LINUX_PREPARED';
const source = fileURLToPath(new URL('.', import.meta.url));

/** What the set-up of this test run has prepared. */
export function linuxGuest(): LinuxGuest {
  const prepared = process.env[handedOver];
  if (prepared === undefined) throw new Error('nothing was prepared: run npm run test:lab -- linux');
  return JSON.parse(prepared) as LinuxGuest;
}

export function handOver(prepared: LinuxGuest): void {
  process.env[handedOver] = JSON.stringify(prepared);
}

/** `fresh`: made anew even if it is in the cache. Tells nothing when all is there. */
export async function prepareLinuxGuest(say: Say, fresh = false): Promise<LinuxGuest> {
  const step = steps(2, say);
  const labs = cacheDirectory('linux-lab');
  return await exclusively('linux-lab', async () => {
    const tree = await ensurePackages(packages, (work) => step(1, 'Debian packages', work));
    const version = readdirSync(join(tree, 'usr/lib/modules')).find((name) => /^\d/.test(name));
    if (version === undefined) throw new Error(`there is no kernel in ${tree}`);
    const key = digestOf(tree, modules.join(' '), ...['guest', '../build'].map((name) => contentsBelow(join(source, name))));
    const directory = join(labs, key);
    if (fresh) rmSync(directory, { recursive: true, force: true });
    if (!existsSync(directory)) await step(2, 'initrd', () => buildInitrd(tree, version, directory));
    use(labs, key);
    return { kernel: join(tree, 'boot', `vmlinuz-${version}`), initrd: join(directory, 'initrd.cpio') };
  }, () => say('another process is building the lab …'));
}

async function buildInitrd(tree: string, version: string, directory: string): Promise<void> {
  const made = mkdtempSync(`${directory}.`);
  try {
    mkdirSync(made, { recursive: true });
    await writeInitrd(tree, join(made, 'initrd.cpio'), {
      modules: await modulesOf(tree, version),
      load: modules,
      init: join(source, 'guest/init.sh'),
      files: await agentFiles(tree),
    });
    renameSync(made, directory);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
