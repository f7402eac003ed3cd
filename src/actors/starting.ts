/** The effects of a start, from the plan to the connected channel. Each can be run again after a crash. */
import { goneDomain } from '../anchors/gone.js';
import type { AnchorHome } from '../anchors/home.js';
import { launchAnchor } from '../anchors/launch.js';
import { prepareAnchor } from '../anchors/prepare.js';
import type { ExitFacts, LaunchedProcess, ProcessIdentity } from '../effects/ports/processes.js';
import { WindlassError } from '../errors.js';
import type { AnchorInput, DomainEffects, EffectInput, PlanFacts } from '../machines/domain/events.js';
import type { AnchorFacts } from '../machines/domain/context.js';
import type { RunState } from '../machines/observations.js';
import { openChannel } from './channel.js';
import { displayPassword } from './display-password.js';
import type { RunDetails } from './run-details.js';
import type { DomainActors } from './domain-actors.js';
import { effect } from './effect.js';
import { giveBackHostDevices, takeHostDevices } from './host-devices.js';
import { assertCpus } from './host-cpus.js';
import { withOomFacts } from './exit-facts.js';
import { planError } from './plan-error.js';
import { cgroupName, type DomainHandles, type DomainWorld, type PlacedDomain } from './world.js';

export function startingActors(world: DomainWorld): Pick<DomainActors, 'plan' | 'admit' | 'reserve' | 'prepare' | 'release' | 'launch' | 'connect'> {
  const waits = (name: string) => (reason: string, message: string) =>
    world.tell(name, { type: 'effect.waiting', problem: { reason, message, retryable: true } });

  return {
    plan: effect<PlanFacts, EffectInput>(world, async ({ input: { name }, signal }) => {
      const handles = world.handles(name);
      const { wanted } = handles;
      if (wanted === undefined) throw new WindlassError('NOT_WANTED', 'no document names this domain', { domain: name });
      const placing = await world.place(wanted, 'to start');
      // A plan that comes too late must not be what the next one, made meanwhile, is launched from.
      signal.throwIfAborted();
      if (!placing.ok) throw planError(name, placing.problems, placing.retryable);
      handles.placed = placing.placed;
      const { adapter, layout, plan } = placing.placed;
      handles.home = { adapter, layout, marker: plan.recipe.marker };
      return { anchorKey: wanted.anchorKey, generation: wanted.generation, ladder: placing.placed.plan.ladder };
    }),

    admit: effect<undefined, EffectInput>(world, async ({ input: { name }, signal }) => {
      await world.admission.admit({ name, memoryBytes: placedOf(world.handles(name)).plan.memoryBytes, signal, onWait: waits(name) });
    }),

    reserve: effect<undefined, EffectInput>(world, async ({ input: { name }, signal }) => {
      await world.lookForHolders();
      await world.claims.acquire({ domain: name, claims: placedOf(world.handles(name)).plan.claims, signal, onWait: waits(name) });
    }),

    prepare: effect<undefined, EffectInput>(world, async ({ input: { name }, signal }) => {
      const placed = placedOf(world.handles(name));
      const { adapter, layout, plan, wanted } = placed;
      // It is asked for again when it is needed: what is missing is told before anything is started.
      await displayPassword(world.ports, wanted.document);
      await prepareAnchor(world.ports, plan.recipe, { adapter, layout });
      await assertCpus(world.ports, placed, signal);
      await takeHostDevices(world.ports, world.handles(name), placed, signal);
      // What the anchor before has said is in its evidence; what this one says must not be taken for it, and the log must not grow for ever.
      await world.ports.files.remove(layout.anchorLog);
    }),

    release: effect<undefined, EffectInput>(world, async ({ input: { name }, signal }) => {
      const handles = world.handles(name);
      // What was only asked for is somebody else's.
      const held = handles.placed?.plan.claims.filter((claim) => world.claims.holders(claim).includes(name)) ?? [];
      const left = handles.placed === undefined ? undefined : await giveBackHostDevices(world, handles, handles.placed, { claims: held, signal });
      // Too late, and another preparation may be under way.
      signal.throwIfAborted();
      if (left !== undefined) world.leaveDevices(name, left);
      world.claims.release(name);
      world.admission.release(name);
      return undefined;
    }),

    launch: effect<AnchorFacts, DomainEffects['launch']['input']>(world, async ({ input: { failures, incarnation, lastEnd, name }, signal }) => {
      const handles = world.handles(name);
      const { adapter, layout, placement, plan, wanted } = placedOf(handles);
      const run = new AbortController();
      const details: RunDetails = {
        generation: wanted.generation,
        document: wanted.document,
        anchorKey: wanted.anchorKey,
        ladder: plan.ladder,
        claims: plan.claims,
        placement,
        argv: [plan.recipe.executable, ...plan.recipe.args],
        failures,
        end: lastEnd,
      };
      handles.run = run;
      handles.built = details;
      const launching = launchAnchor(world.ports, {
        layout,
        signal,
        launch: () => adapter.launch(world.ports, plan.recipe, layout),
        record: { ...details, domain: name, hypervisor: adapter.name, incarnation, marker: plan.recipe.marker },
      });
      handles.launching = launching.then(
        ({ identity }) => identity,
        () => undefined,
      );
      const launched = await launching;
      handles.oomsBefore = world.ports.oom.count();
      const gone = endOf(world, launched, { adapter, layout, marker: plan.recipe.marker }, run.signal);
      handles.child = { exited: launched.exited, gone };
      handles.placing = placeInCgroup(world, handles, cgroupName(adapter.name, name), launched.identity);
      void gone.then(async (ended) => {
        const exit = await withOomFacts(world, handles, launched.identity, ended);
        if (!run.signal.aborted) handles.seen.next({ type: 'anchor.exited', exit, incarnation });
      });
      return launched.identity;
    }),

    connect: effect<RunState, AnchorInput>(world, async ({ input, signal }) => {
      try {
        return await openChannel(world, input, signal);
      } finally {
        world.admission.started(input.name);
      }
    }),
  };
}

/**
 * Milliseconds that a VMM has for its start before it is moved into its cgroup: the kernel holds back whoever makes threads while it moves a
 * process, which cost a start 2 ms of 40. What a wrapper starts before then is not in it.
 */
const startsBy = 150;

async function placeInCgroup(world: DomainWorld, handles: DomainHandles, group: string, identity: ProcessIdentity): Promise<void> {
  const ended = await Promise.race([handles.child?.gone.then(() => true), world.ports.clock.sleep(startsBy).then(() => false)]);
  if (ended !== true) handles.cgroup = await world.ports.cgroups.place(world.root, group, identity);
}

/** Where the process may leave its domain to the hypervisor, the run goes on until both are gone, or nobody wants to know any more. */
async function endOf({ ports }: DomainWorld, { exited, identity }: LaunchedProcess, home: AnchorHome, signal: AbortSignal): Promise<ExitFacts> {
  const exit = await exited;
  if (home.adapter?.domains !== undefined) await goneDomain(ports, identity, home, signal).catch(() => undefined);
  return exit;
}

export function placedOf(handles: DomainHandles): PlacedDomain {
  if (handles.placed === undefined) throw new WindlassError('NOT_PLANNED', 'the domain has no plan yet', { domain: handles.name, retryable: true });
  return handles.placed;
}
