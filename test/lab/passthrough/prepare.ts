/** Makes what the lab starts from, or finds it in the cache: a kernel, an initrd and a guest. Some seconds, behind the download. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerPackages, hostHasCompiler } from '../build/compiler.js';
import { writeInitrd } from '../build/initrd.js';
import { modulesOf } from '../build/kernel-modules.js';
import { transpiled } from '../build/transpile.js';
import { cacheDirectory, contentsBelow, digestOf, exclusively, use } from '../cache.js';
import { ensurePackages } from '../packages.js';
import { type Say, type Step, steps } from '../progress.js';
import { modules, packages } from './contents.js';
import { buildGuestDisk } from './guest-disk.js';

export interface PreparedLab {
  /** Paths of files. */
  readonly kernel: string;
  readonly initrd: string;
  readonly guestDisk: string;
}

/** Where the set-up of a test run leaves for its workers what it has prepared: asking apt again takes a second. */
const handedOver = 'LAB_PASSTHROUGH_PREPARED';
const artefacts = { initrd: 'initrd.cpio', guestDisk: 'probe.img' } as const;
const source = fileURLToPath(new URL('.', import.meta.url));

/** What was prepared for this test run, or else what is in the cache, or else a new build. */
export async function preparedLab(say: Say): Promise<PreparedLab> {
  const prepared = process.env[handedOver];
  return prepared === undefined ? await prepareLab(say) : (JSON.parse(prepared) as PreparedLab);
}

export function handOver(prepared: PreparedLab): void {
  process.env[handedOver] = JSON.stringify(prepared);
}

/** `fresh`: made anew even if it is in the cache. Tells nothing when all is there. */
export async function prepareLab(say: Say, fresh = false): Promise<PreparedLab> {
  const step = steps(3, say);
  const labs = cacheDirectory('passthrough-lab');
  return await exclusively('passthrough-lab', async () => {
    const tree = await ensurePackages([...packages, ...(hostHasCompiler() ? [] : compilerPackages)], (work) => step(1, 'Debian packages', work));
    const version = readdirSync(join(tree, 'usr/lib/modules')).find((name) => /^\d/.test(name));
    if (version === undefined) throw new Error(`there is no kernel in ${tree}`);
    const key = digestOf(tree, process.execPath, modules.join(' '), ...['inside', 'guest', '../build', '../exec'].map((name) => contentsBelow(join(source, name))));
    const directory = join(labs, key);
    if (fresh) rmSync(directory, { recursive: true, force: true });
    if (!existsSync(directory)) await build(tree, version, directory, step);
    use(labs, key);
    const artefact = (name: keyof typeof artefacts): string => join(directory, artefacts[name]);
    return { kernel: join(tree, 'boot', `vmlinuz-${version}`), initrd: artefact('initrd'), guestDisk: artefact('guestDisk') };
  }, () => say('another process is building the lab …'));
}

/** Makes the directory with all in it, or nothing. */
async function build(tree: string, version: string, directory: string, step: Step): Promise<void> {
  const made = mkdtempSync(`${directory}.`);
  try {
    const files = {
      'services.sh': await readFile(join(source, 'inside/services.sh')),
      'agent.mjs': await transpiled(join(source, '../exec/agent.ts')),
      // The host's node is where it is on the host.
      'node-path': Buffer.from(`${process.execPath}\n`),
    };
    await step(2, 'initrd', async () =>
      writeInitrd(tree, join(made, artefacts.initrd), { modules: await modulesOf(tree, version), load: modules, init: join(source, 'inside/init.sh'), files }),
    );
    await step(3, 'guest', () => buildGuestDisk(tree, join(source, 'guest'), join(made, artefacts.guestDisk)));
    renameSync(made, directory);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
