/** Makes what a lab starts from, or finds it in the cache: artefacts, and a snapshot of the machine that booted from them. */
import { existsSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerPackages, hostHasCompiler } from '../build/compiler.js';
import { cacheDirectory, contentsBelow, digestOf, exclusively, use } from '../cache.js';
import { ensurePackages } from '../packages.js';
import type { Emulator } from '../machine/emulator.js';
import { hostEmulator, versionOf } from '../machine/emulator.js';
import type { Say } from '../progress.js';
import { steps } from '../progress.js';
import { buildArtefacts } from './build/artefacts.js';
import { packagesOf } from './build/contents.js';
import type { XenRelease } from './build/xen-release.js';
import { wantedRelease } from './build/xen-release.js';
import type { Store } from './machine/command-line.js';
import { kernelLine, machineShape } from './machine/command-line.js';
import { makeSnapshot } from './machine/snapshot.js';

export interface PreparedLab {
  /** What the snapshot was made with. */
  readonly emulator: Emulator;
  readonly artefacts: string;
  readonly snapshot: string;
  readonly store: Store;
}

/** Where the set-up of a test run leaves for its workers what it has prepared: asking apt again takes a second. */
const handedOver = 'LAB_XEN_PREPARED';

/** What was prepared for this test run, or else what is in the cache, or else a new build; another emulator than the host's has a snapshot of its own. */
export async function preparedXenLab(say: Say, emulator?: Emulator): Promise<PreparedLab> {
  if (emulator !== undefined) return await prepareXenLab(wantedRelease(), wantedStore(), say, { emulator });
  const prepared = process.env[handedOver];
  return prepared === undefined ? await prepareXenLab(wantedRelease(), wantedStore(), say) : (JSON.parse(prepared) as PreparedLab);
}

export function handOver(prepared: PreparedLab): void {
  process.env[handedOver] = JSON.stringify(prepared);
}

const source = fileURLToPath(new URL('.', import.meta.url));

/** `LAB_XENSTORED=c` asks for the xenstored in C. */
export function wantedStore(): Store {
  const wanted = process.env['LAB_XENSTORED'] ?? 'o';
  if (wanted === 'o' || wanted === 'c') return wanted === 'c' ? 'xenstored' : 'oxenstored';
  throw new Error(`LAB_XENSTORED is c or o, and not ${wanted}`);
}

/** The unpacked packages that the lab is made of; `making` wraps the work when they are not in the cache. */
export async function labPackages(release: XenRelease, making?: (work: () => Promise<void>) => Promise<void>): Promise<string> {
  return await ensurePackages([...packagesOf(release), ...(hostHasCompiler() ? [] : compilerPackages)], making, release.debian);
}

interface Wishes {
  /** Made anew even if it is in the cache. */
  readonly fresh?: boolean;
  /** Default: the host's. */
  readonly emulator?: Emulator;
}

/** Tells nothing when all is there. */
export async function prepareXenLab(release: XenRelease, store: Store, say: Say, { fresh = false, emulator = hostEmulator }: Wishes = {}): Promise<PreparedLab> {
  const step = steps(7, say);
  const labs = cacheDirectory('xen-lab');
  return await exclusively('xen-lab', async () => {
    const tree = await labPackages(release, (work) => step(1, `packages of Debian's Xen ${release.xen}`, work));
    const key = await artefactsKey(tree);
    const artefacts = join(labs, key);
    if (fresh) rmSync(artefacts, { recursive: true, force: true });
    if (!existsSync(artefacts)) await buildArtefacts(tree, source, artefacts, release, step);
    use(labs, key);
    const snapshot = join(artefacts, `snapshot-${await snapshotKey(store, emulator)}`);
    if (!existsSync(snapshot)) await step(7, `snapshot of Xen ${release.xen} with ${store}`, () => makeSnapshot({ artefacts, emulator, store }, snapshot));
    return { artefacts, emulator, snapshot, store };
  }, () => say('another process is building the lab …'));
}

async function artefactsKey(tree: string): Promise<string> {
  const node = await stat(process.execPath);
  const sources = ['build', 'dom0', 'guest', '../build', '../exec'].map((name) => contentsBelow(join(source, name)));
  return digestOf(tree, `${process.version} ${node.size}`, ...sources);
}

async function snapshotKey(store: Store, emulator: Emulator): Promise<string> {
  return digestOf(await versionOf(emulator), ...machineShape, kernelLine(store));
}
