import type { AnyStateNode } from 'xstate';
import { describe, expect, it } from 'vitest';
import { overviewOf, toChart, toDot, toMermaid, toSvg, type Chart } from '../../src/diagrams/index.js';
import { drawnEdges, staysInBox } from '../../src/diagrams/drawn-edges.js';
import { StateTree } from '../../src/diagrams/state-tree.js';
import { domainLike } from './machines/domain-like.js';
import { patterns } from './machines/patterns.js';
import { randomMachine } from './machines/random-machine.js';

const seeds = Array.from({ length: 200 }, (_each, index) => index + 1);

/** Counted by xstate's own definition of the machine, which the chart does not use. */
function declared(node: AnyStateNode): readonly string[] {
  const own = node.definition.transitions.map(({ eventType, target }) => `${node.path.join('.')} on ${eventType} to ${(target ?? []).map((each: AnyStateNode) => each.path.join('.')).join(' and ')}`);
  const always = (node.always ?? []).map(({ target }) => `${node.path.join('.')} on  to ${(target ?? []).map((each: AnyStateNode) => each.path.join('.')).join(' and ')}`);
  return [...own, ...always, ...Object.values<AnyStateNode>(node.states).flatMap(declared)];
}

function charted({ id, transitions }: Chart): readonly string[] {
  const path = (state: string): string => state.slice(id.length + 1);
  return transitions.map(({ source, event, targets }) => `${path(source)} on ${event} to ${targets.map(path).join(' and ')}`);
}

describe('200 random machines', () => {
  it('have every transition in the chart exactly once', () => {
    for (const seed of seeds) {
      const machine = randomMachine(seed);
      const chart = toChart(machine);
      expect([...charted(chart)].sort(), `seed ${seed}`).toEqual([...declared(machine.root)].sort());
      expect(new Set(chart.transitions.map(({ id }) => id)).size).toBe(chart.transitions.length);
    }
  }, 60_000);

  it('have every transition in the picture exactly once, on a line or in a box', () => {
    for (const seed of seeds) {
      const chart = toChart(randomMachine(seed));
      const { lines, exits } = drawnEdges(chart, new StateTree(chart));
      const onLines = [...lines, ...exits].flatMap(({ transitions }) => transitions.map(({ id }) => id));
      const inBoxes = chart.transitions.filter(staysInBox).map(({ id }) => id);
      expect([...onLines, ...inBoxes].sort()).toEqual(chart.transitions.map(({ id }) => id).sort());
    }
  }, 60_000);

  it('give the same text every time', () => {
    for (const seed of seeds) {
      const [first, second] = [toChart(randomMachine(seed)), toChart(randomMachine(seed))];
      expect(toDot(first)).toBe(toDot(second));
      expect(toMermaid(first)).toBe(toMermaid(second));
    }
  }, 60_000);

  it('give the same picture every time (a sample: Graphviz has its time)', async () => {
    for (const seed of seeds.filter((each) => [16, 48, 77, 120].includes(each))) {
      expect(await toSvg(toChart(randomMachine(seed)))).toBe(await toSvg(toChart(randomMachine(seed))));
    }
  }, 60_000);

  it('have overviews that name only states they show', () => {
    for (const seed of seeds) {
      const { states, transitions } = overviewOf(toChart(randomMachine(seed)));
      const shown = new Set(states.map(({ id }) => id));
      const named = [...transitions.flatMap(({ source, targets }) => [source, ...targets]), ...states.flatMap(({ initial, children }) => [...initial, ...children])];
      expect(named.filter((id) => !shown.has(id))).toEqual([]);
    }
  }, 60_000);
});

describe('machines after the patterns of xstate', () => {
  it.each([...Object.entries(patterns), ['domainLike', domainLike] as const])('%s: every transition once', (_name, make) => {
    const machine = make();
    expect([...charted(toChart(machine))].sort()).toEqual([...declared(machine.root)].sort());
  });
});
