/** The composition root: here, and only here, ports, adapters, machines and status meet. */
import { pino } from 'pino';
import { createActor, waitFor } from 'xstate';
import { createAdmission } from '../actors/admission.js';
import { provideDomainEffects } from '../actors/domain-effects.js';
import { completedRun } from '../actors/run-details.js';
import type { DomainHandles, DomainWorld, Placing, WantedDomain } from '../actors/world.js';
import { createHandles } from '../actors/world.js';
import { createClaims } from '../anchors/claims.js';
import { hostPorts } from '../effects/host-ports.js';
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import type { Problem } from '../machines/domain/problem.js';
import type { domainMachine } from '../machines/domain.js';
import { reconcile } from '../machines/node/reconcile.js';
import { builtInAdapters } from './adapters.js';
import { createClearing, type Standing } from './clearing.js';
import { createDesk } from './desk.js';
import { desiredOf } from './desired.js';
import type { Engine } from './engine.js';
import { engineOver } from './engine-calls.js';
import { createForgottenDevices } from './forgotten-devices.js';
import { createLeftovers } from './leftovers.js';
import { memoryForDomains } from './memory-for-domains.js';
import { provideNodeEffects } from './node-effects.js';
import type { EngineOptions } from './options.js';
import { engineSettings } from './options.js';
import type { Discovered } from './orphans.js';
import { createOrphanWatch } from './orphan-watch.js';
import { createPersistence } from './persistence.js';
import { createPlacer } from './placing.js';
import { createRecordKeeper } from './record-keeper.js';
import { createSupervisor, type DomainClock } from './supervisor.js';

/**
 * Starts an engine on a state directory: takes its lock, discovers what an earlier engine left, and serves.
 * Rejects with ENGINE_LOCKED, naming the holder's pid, when another engine has the directory.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  if (options.ports !== undefined) return startEngine(options, options.ports, () => Promise.resolve());
  const ports = hostPorts();
  try {
    return await startEngine(options, ports, () => ports.close());
  } catch (error) {
    await ports.close();
    throw error;
  }
}

/** What a replay puts in the place of time and chance: the machine with its effects held back, and the timers in its hand. */
export interface EngineStage {
  readonly hold: (machine: typeof domainMachine) => typeof domainMachine;
  readonly clock: DomainClock;
}

/** `createEngine` over given ports. The stage is for replays only. */
export async function startEngine(options: EngineOptions, ports: Ports, closePorts: () => Promise<void>, stage?: EngineStage): Promise<Engine> {
  const host = await ports.host.facts();
  const settings = engineSettings(options, { logger: pino({ level: 'silent' }), adapters: builtInAdapters, env: process.env, uid: host.uid });
  const { logger, root } = settings;
  const adapters = new Map(settings.adapters.map((adapter) => [adapter.name, adapter]));
  const persistence = createPersistence({ ports, root, pid: process.pid, keepEvents: settings.keepEvents, journal: settings.journal, orphans: () => orphans.list() });
  const { conditions, log, store } = persistence;
  const leftovers = createLeftovers(ports);
  const clearing = createClearing({ clock: ports.clock, conditions, logger });
  const placer = createPlacer({ adapters, host, ports, root });
  const desk = createDesk();
  const handles = new Map<string, DomainHandles>();
  /** Plans that `apply` made to check documents; the machine that asks first gets them for nothing. */
  const checked = new WeakMap<WantedDomain, Placing>();
  const discovered = new Map<string, Discovered>();

  const world: DomainWorld = {
    ports,
    root,
    adapters,
    admission: createAdmission({
      memoryBytes: settings.memoryLimit ?? (await memoryForDomains(ports, settings.adapters, host)),
      starting: settings.starting ?? 2 * host.cpus,
    }),
    claims: createClaims(),
    underWay: new Set(),
    handles(name) {
      const known = handles.get(name) ?? createHandles(name);
      handles.set(name, known);
      return known;
    },
    async place(wanted, purpose) {
      const placing = checked.get(wanted);
      checked.delete(wanted);
      // A domain of that name may just be going: what it leaves is removed before anything of the next is made.
      await leftovers.settled(wanted.document.metadata.name);
      return placing ?? placer.place(wanted, purpose);
    },
    lookForHolders: () => orphans.lookAgain(),
    leaveDevices(name, { claims, problem, underWay }) {
      logger.warn({ domain: name, devices: claims.map(({ id }) => id), problem }, 'devices were not given back to the host yet');
      supervisor.tell(name, { type: 'effect.waiting', problem });
      forgottenDevices.keep(claims, problem, underWay);
    },
    tell: (name, event) => supervisor.tell(name, event),
  };
  const forgottenDevices = createForgottenDevices({ ports, root, adapters, discovered, claims: world.claims, conditions, logger });

  /** Of what is left in a directory of a domain of this name: it may be back, in this directory or in that of another hypervisor. */
  const standing = (name: string, directory: string): Standing => {
    if (desk.get(name) === undefined && !supervisor.domains.has(name)) return 'due';
    return handles.get(name)?.home?.layout.directory === directory ? 'in-use' : 'waits';
  };

  const supervisor = createSupervisor({
    machine: stage === undefined ? provideDomainEffects(world) : stage.hold(provideDomainEffects(world)),
    clock: stage?.clock,
    world,
    store,
    logger,
    keepRecord: createRecordKeeper(ports),
    wanted: desk.get,
    onGone(name) {
      const home = handles.get(name)?.home;
      handles.delete(name);
      if (home !== undefined) {
        void clearing.attempt({
          path: home.layout.directory,
          work: () => leftovers.remove(name, home),
          standing: () => standing(name, home.layout.directory),
        });
      }
      orphans.gone(name);
      // Nobody could tell what its record claimed, perhaps.
      forgottenDevices.begin();
      node.send({ type: 'domain.gone', name });
      if (supervisor.domains.size === 0) node.send({ type: 'domains.all-gone' });
    },
  });

  const orphans = createOrphanWatch({
    ports,
    adapters,
    root,
    bootId: host.bootId,
    policy: settings.orphans,
    discovered,
    isNamed: (name) => desk.get(name) !== undefined,
    isSupervised: (name) => supervisor.domains.has(name),
    standing,
    log,
    leftovers,
    clearing,
    retire: (name, run) => supervisor.retireUnknown(name, desiredOf(completedRun(run))),
    changed: () => persistence.orphansChanged(),
    release(name) {
      world.claims.release(name);
      world.admission.release(name);
      forgottenDevices.begin();
    },
  });

  const node = createActor(
    provideNodeEffects({ ports, closePorts, root, bootId: host.bootId, world, handles, discovered, persistence, supervisor, orphans, clearing, forgottenDevices }),
    { input: { drainDeadline: settings.drainDeadline } },
  );
  const reconcileNow = (): void => supervisor.carryOut(reconcile(desk.all(), supervisor.domains));
  node.on('reconcile', reconcileNow);
  node.on('retire-all', () => {
    desk.replace(new Map());
    reconcileNow();
    if (supervisor.domains.size === 0) node.send({ type: 'domains.all-gone' });
  });
  node.subscribe({ error: (error) => logger.error({ err: error }, 'the node machine failed; this is a defect of Windlass') });
  node.start();
  const started = await waitFor(node, (snapshot) => snapshot.matches('serving') || snapshot.status !== 'active');
  if (!started.matches('serving')) throw startError(started.context.problem, root);
  return engineOver({ adapters, checked, conditions, desk, discovered, log, logger, node, orphans, placer, ports, root, store, supervisor });
}

function startError(problem: Problem | null, root: string): WindlassError {
  return new WindlassError(problem?.reason ?? 'ENGINE_NOT_STARTED', problem?.message ?? `the engine could not start on ${root}`, {
    retryable: problem?.retryable ?? false,
  });
}
