/** The domain machine with its effects: each state's actor does one thing on the host and tells what it saw. */
import { domainMachine } from '../machines/domain.js';
import { controlActors } from './control.js';
import { endingActors } from './ending.js';
import { observeActor } from './observing.js';
import { probeActor } from './probing.js';
import { resizingActors } from './resizing.js';
import { startingActors } from './starting.js';
import { watchActor } from './watch.js';
import type { DomainWorld } from './world.js';

export function provideDomainEffects(world: DomainWorld): typeof domainMachine {
  return domainMachine.provide({
    actors: {
      observe: observeActor(world),
      probe: probeActor(world),
      watch: watchActor(world),
      ...startingActors(world),
      ...controlActors(world),
      ...resizingActors(world),
      ...endingActors(world),
    },
  });
}
