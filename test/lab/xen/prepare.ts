/** Makes what a lab starts from, or finds it in the cache: artefacts, and a snapshot of the machine that booted from them. */
import { existsSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerPackages, hostHasCompiler } from '../build/compiler.js';
import { cacheDirectory, contentsBelow, digestOf, exclusively, use } from '../cache.js';
import { ensurePackages } from '../packages.js';
import { hostEmulator, versionOf } from '../machine/emulator.js';
import type { Say } from '../progress.js';
import { steps } from '../progress.js';
import { buildArtefacts } from './build/artefacts.js';
import { packagesOf } from './build/contents.js';
import type { XenRelease } from './build/xen-release.js';
import { wantedRelease } from './build/xen-release.js';
import type { MachineKind, Store } from './machine/command-line.js';
import { kernelLine, machineShape } from './machine/command-line.js';
import { makeSnapshot } from './machine/snapshot.js';

export interface PreparedLab {
  /** What the snapshot was made with. */
  readonly kind: MachineKind;
  readonly artefacts: string;
  readonly snapshot: string;
}

/** How a machine differs from the usual one: the host's QEMU, and one CPU. What it differs in gives it a snapshot of its own. */
export type MachineVariant = Partial<Omit<MachineKind, 'store'>>;

/** Where the set-up of a test run leaves for its workers what it has prepared: asking apt again takes a second. */
const handedOver = 'LAB_XEN_PREPARED';

/** What was prepared for this test run, or else what is in the cache, or else a new build. A variant is none that was prepared. */
export async function preparedXenLab(say: Say, variant?: MachineVariant): Promise<PreparedLab> {
  const prepared = process.env[handedOver];
  if (variant === undefined && prepared !== undefined) return JSON.parse(prepared) as PreparedLab;
  return await prepareXenLab(wantedRelease(), wantedStore(), say, { variant });
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
  /** Default: the usual machine. */
  readonly variant?: MachineVariant | undefined;
}

/** Tells nothing when all is there. */
export async function prepareXenLab(release: XenRelease, store: Store, say: Say, { fresh = false, variant }: Wishes = {}): Promise<PreparedLab> {
  const kind: MachineKind = { emulator: hostEmulator, cpus: 1, ...variant, store };
  const step = steps(7, say);
  const labs = cacheDirectory('xen-lab');
  return await exclusively('xen-lab', async () => {
    const tree = await labPackages(release, (work) => step(1, `packages of Debian's Xen ${release.xen}`, work));
    const key = await artefactsKey(tree);
    const artefacts = join(labs, key);
    if (fresh) rmSync(artefacts, { recursive: true, force: true });
    if (!existsSync(artefacts)) await buildArtefacts(tree, source, artefacts, release, step);
    use(labs, key);
    const snapshot = join(artefacts, `snapshot-${await snapshotKey(kind)}`);
    if (!existsSync(snapshot)) await step(7, `snapshot of Xen ${release.xen} with ${store}`, () => makeSnapshot(artefacts, kind, snapshot));
    return { artefacts, kind, snapshot };
  }, () => say('another process is building the lab …'));
}

async function artefactsKey(tree: string): Promise<string> {
  const node = await stat(process.execPath);
  const sources = ['build', 'dom0', 'guest', '../build', '../exec'].map((name) => contentsBelow(join(source, name)));
  return digestOf(tree, `${process.version} ${node.size}`, ...sources);
}

async function snapshotKey(kind: MachineKind): Promise<string> {
  return digestOf(await versionOf(kind.emulator), ...machineShape(kind), kernelLine(kind.store));
}
