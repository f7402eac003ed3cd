/** Scenarios of the model that break no rule, chosen by a seed: what the checker walks through, walked once. */
import { createRandom } from '../../chaos/random.js';
import { documentsOf, type Setting } from '../model/documents.js';
import type { TraceStep } from '../model/explore.js';
import { allGuarantees } from '../model/guarantees.js';
import type { MachineTable } from '../model/machine.js';
import type { Move } from '../model/moves.js';
import { initialStates, movesOf } from '../model/moves.js';
import { emptyWorld } from '../model/world.js';

/** How often a step is one of a world that behaves. */
const behaves = 0.75;

export function wander(table: MachineTable, setting: Setting, seed: number, length: number): readonly TraceStep[] {
  const random = createRandom(seed);
  const game = { table, promised: allGuarantees, documents: documentsOf(setting) };
  const stepOf = ({ to, what, who }: Move): TraceStep => ({ who, what, state: to.at.path });
  let here = initialStates(game, { ...emptyWorld, sleepy: setting.sleepy === true })[0];
  const trace: TraceStep[] = [];
  while (here !== undefined && trace.length < length) {
    trace.push(stepOf(here));
    const moves = movesOf(game, here.to);
    const good = moves.filter(({ good: isGood, who }) => isGood && who !== 'time');
    const among = good.length > 0 && random.next() < behaves ? good : moves;
    here = among.length === 0 ? undefined : random.pick(among);
  }
  return trace;
}
