import type { DrawnEdge } from './drawn-edges.js';
import { labelLines, type Detail } from './edge-label.js';
import type { StateTree } from './state-tree.js';
import { runGap, runWidth, type Line, type Run } from './text-block.js';

/** Room for the small arrow before a row. */
export const arrowWidth = 26;

const airAbove = 4;
/** After a longer name, labels that find no room beside it stand a step in, and not under its end. */
const [widestName, step] = [130, 14];

/** The ways out of a state that are no lines: an arrow in the stroke of the transition, the target's name, and the labels. */
export function exitRows(exits: readonly DrawnEdge[], state: string, tree: StateTree, detail: Detail): readonly Line[] {
  return exits
    .filter(({ source }) => source === state)
    .flatMap(({ kind, targets, common, transitions }) => {
      const sign = targets.includes(common) ? '↻ ' : '';
      const arrow = { kind, transitions: transitions.map(({ id }) => id) };
      const text = sign + targets.map((target) => tree.distinctName(target)).join(' + ');
      const target: Run = { text, voice: 'target' };
      const name = runWidth(target) + runGap;
      const column = name > widestName ? step : name;
      const labels = labelLines(transitions, detail);
      const tab = column === name && labels.length > 1 ? { tab: name } : {};
      return labels.map((each, index): Line =>
        index === 0 ? { ...each, runs: [target, ...each.runs], indent: arrowWidth, hanging: column, arrow, ...tab } : { ...each, indent: arrowWidth + column },
      );
    })
    .map((each, index) => (index === 0 ? { ...each, above: airAbove } : each));
}
