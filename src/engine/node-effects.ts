/** What the node machine asks of the engine: its lock, what an earlier engine has left, and to let go of all of it. */
import { fromPromise } from 'xstate';
import { closeSession } from '../actors/channel.js';
import type { DomainHandles, DomainWorld } from '../actors/world.js';
import { discoverAnchors } from '../anchors/discover.js';
import type { Ports } from '../effects/ports.js';
import { nodeMachine } from '../machines/node.js';
import type { Clearing } from './clearing.js';
import type { ForgottenDevices } from './forgotten-devices.js';
import { type Discovered, discoveredFrom } from './orphans.js';
import type { OrphanWatch } from './orphan-watch.js';
import type { Persistence } from './persistence.js';
import type { Supervisor } from './supervisor.js';

export interface NodeParts {
  readonly ports: Ports;
  /** Called last, when all else is let go of. */
  readonly closePorts: () => Promise<void>;
  readonly root: string;
  /** Of the host, as it runs now. */
  readonly bootId: string;
  readonly world: Pick<DomainWorld, 'admission' | 'claims' | 'underWay'>;
  /** Of the domains that the engine supervises, by name. */
  readonly handles: ReadonlyMap<string, DomainHandles>;
  /** Filled with what is discovered, by the name of its domain. */
  readonly discovered: Map<string, Discovered>;
  readonly persistence: Pick<Persistence, 'open' | 'close'>;
  readonly supervisor: Pick<Supervisor, 'letGo'>;
  readonly orphans: Pick<OrphanWatch, 'letGo'>;
  readonly clearing: Pick<Clearing, 'letGo'>;
  readonly forgottenDevices: Pick<ForgottenDevices, 'begin' | 'letGo'>;
}

export function provideNodeEffects(parts: NodeParts): typeof nodeMachine {
  const { ports, root } = parts;
  let lock: { release(): Promise<void> } | undefined;
  return nodeMachine.provide({
    actors: {
      lock: fromPromise(async () => {
        await ports.files.ensureStateRoot(root);
        lock = await ports.locks.acquire(`${root}/engine.lock`);
        return undefined;
      }),
      discover: fromPromise(async () => {
        await discover(parts);
        return undefined;
      }),
      letGo: fromPromise(async () => {
        await letGo(parts);
        await lock?.release();
        await parts.closePorts();
        return undefined;
      }),
    },
  });
}

async function discover({ bootId, discovered, forgottenDevices, persistence, ports, root, world }: NodeParts): Promise<void> {
  await persistence.open();
  for (const found of await discoverAnchors(ports, root)) {
    const left = discoveredFrom(found);
    discovered.set(found.name, left);
    // Until it is certain that nothing lives, it holds what it was given: also where no document names it.
    if (left.run === undefined || found.record?.phase === 'ended' || left.bootId !== bootId) continue;
    world.claims.adopt(found.name, left.run.claims);
    world.admission.adopt(found.name, left.run.placement.memoryBytes);
  }
  // Not awaited: a driver that does not take its device back keeps no domain waiting but those that want it.
  forgottenDevices.begin();
}

/** Ends what goes on, and closes what is open. Anchors live on. */
async function letGo({ clearing, forgottenDevices, handles, orphans, persistence, supervisor, world }: NodeParts): Promise<void> {
  supervisor.letGo();
  await orphans.letGo();
  for (const one of handles.values()) {
    one.run.abort();
    closeSession(one);
  }
  // A launch that was under way is recorded before another engine may have the directory.
  await Promise.all(world.underWay);
  // What the last of them have left behind.
  await Promise.all([...handles.values()].flatMap(({ placing, recording }) => [placing, recording]));
  await clearing.letGo();
  await forgottenDevices.letGo();
  await persistence.close();
}
