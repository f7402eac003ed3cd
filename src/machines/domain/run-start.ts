/** What is known of a run as it starts: what is desired, what was planned for that, and the anchor. */
import type { AnchorFacts, Changes, DesiredDomain, DomainContext } from './context.js';
import type { PlanFacts } from './events.js';

/** A document that the living anchor already satisfies counts as built from the moment it is desired. */
export const desire = ({ built, desired: before, failures }: DomainContext, desired: DesiredDomain): Changes => ({
  desired,
  // Earlier failures do not speak about another device model.
  failures: desired.anchorKey === before.anchorKey ? failures : 0,
  built: built?.anchorKey === desired.anchorKey ? { ...built, generation: desired.generation } : built,
});

export const acceptPlan = (_: DomainContext, plan: PlanFacts): Changes => ({
  built: { anchorKey: plan.anchorKey, generation: plan.generation },
  ladder: plan.ladder,
  problem: null,
});

export const beginIncarnation = ({ incarnation }: DomainContext): Changes => ({
  incarnation: incarnation + 1,
  anchor: null,
  runState: null,
  memory: null,
  memoryChange: null,
  reckoned: true,
  wakings: 0,
  rung: null,
  end: null,
  ending: false,
  exit: null,
  resets: 0,
  channel: 'none',
  unresponsive: null,
  problem: null,
});

export const anchorLaunched = (_: DomainContext, anchor: AnchorFacts): Changes => ({ anchor });
