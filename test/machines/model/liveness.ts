/** From any state, a world that behaves again leads to where the document wants the domain: effects succeed, and what happened is told. */
import type { Setting } from './documents.js';
import type { State } from './follow.js';
import type { Game, Move } from './moves.js';
import { movesOf } from './moves.js';
import { isSettled, safety } from './rules.js';
import { worldKey } from './explore.js';

/** More steps than any good way takes. */
const bound = 200;

export interface Stuck {
  readonly rule: string;
  readonly trace: readonly Move[];
}

/** Remembers which states lead to where they should. */
export function convergence(game: Game, setting: Setting): (state: State) => Stuck | null {
  const good = new Set<string>();
  return (start) => {
    const way: string[] = [];
    const trace: Move[] = [];
    const here = new Set<string>();
    for (let state = start; ;) {
      const key = `${state.at.id} ${worldKey(state.world)}`;
      if (good.has(key) || isSettled(state, setting)) break;
      if (here.has(key)) return { rule: 'the desired state is reached once the world behaves: it goes round in circles', trace };
      const move = nextGood(game, state);
      if (move === undefined) return { rule: 'the desired state is reached once the world behaves: nothing more happens', trace };
      if (trace.length > bound) return { rule: `the desired state is reached once the world behaves: not within ${bound} steps`, trace };
      here.add(key);
      way.push(key);
      trace.push(move);
      state = move.to;
      const broken = safety.find(({ holds }) => !holds(state));
      if (broken !== undefined) return { rule: broken.name, trace };
    }
    for (const key of way) good.add(key);
    return null;
  };
}

const order: readonly Move['who'][] = ['host', 'channel', 'effect', 'time'];

/** What is left undone is done, what is to be told is told, effects work, and only when nothing else is to come does time pass. */
function nextGood(game: Game, state: State): Move | undefined {
  const moves = movesOf(game, state).filter(({ good, to, what, who }) => good && (who !== 'time' || to.at !== state.at) && !what.startsWith('stableDelay'));
  for (const who of order) {
    const move = moves.find((each) => each.who === who);
    if (move !== undefined) return move;
  }
  return undefined;
}
