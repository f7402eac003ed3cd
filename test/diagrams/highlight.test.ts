import { createActor, createMachine, transition, initialTransition, type InspectionEvent } from 'xstate';
import { describe, expect, it } from 'vitest';
import { activeStates, highlight, overviewOf, toChart, toSvg, transitionId } from '../../src/diagrams/index.js';

const machine = createMachine({
  id: 'lamp',
  initial: 'off',
  states: {
    off: { on: { 'switch on': { target: 'on', guard: () => true } } },
    on: { type: 'parallel', states: { light: { initial: 'dim', states: { dim: { on: { MORE: 'bright' } }, bright: {} } }, heat: {} } },
  },
});

describe('highlight', () => {
  it('lights the active states and the way taken by one rule, and changes nothing else', async () => {
    const svg = await toSvg(toChart(machine));
    const [start] = initialTransition(machine);
    const [on] = transition(machine, start, { type: 'switch on' });
    const lit = highlight(svg, on, ['lamp.off:switch on:0']);
    const [, rule = ''] = /<style data-lit="">(.*?)<\/style>/s.exec(lit) ?? [];
    const states = ['lamp', 'lamp.on', 'lamp.on.light', 'lamp.on.light.dim', 'lamp.on.heat'].map((id) => `svg[data-machine] .state[id="state:${id}"]`);
    const way = 'svg[data-machine] .edge[data-transitions~="lamp.off:switch%20on:0"]';
    expect(rule).toBe(`${[...states, way].join(',')}{color:#3478e6;stroke-width:3.4}`);
    expect(lit.replace(/<style data-lit="">.*?<\/style>\n/s, '')).toBe(svg);
    for (const id of ['state:lamp.on.light.dim', 'lamp.off:switch%20on:0']) expect(svg).toContain(`"${id}"`);
  });

  it('lights a picture anew instead of adding to the old light', async () => {
    const svg = await toSvg(overviewOf(toChart(machine)), { detail: 'overview' });
    const [start] = initialTransition(machine);
    expect(highlight(highlight(svg, start), { value: { on: { light: 'dim', heat: {} } } })).toBe(highlight(svg, { value: { on: { light: 'dim', heat: {} } } }));
  });

  it('knows the transitions that xstate reports', () => {
    const taken: string[] = [];
    const inspect = (event: InspectionEvent): void => {
      if (event.type === '@xstate.microstep') taken.push(...event._transitions.flatMap((each) => transitionId(each) ?? []));
    };
    const actor = createActor(machine, { inspect }).start();
    actor.send({ type: 'switch on' });
    actor.send({ type: 'MORE' });
    expect(taken).toEqual(['lamp.off:switch on:0', 'lamp.on.light.dim:MORE:0']);
  });

  it('refuses a picture that it does not know', () => {
    expect(() => highlight('<svg></svg>', { value: 'off' })).toThrow('made by toSvg');
  });

  it('names every state that is active, from the root down', () => {
    expect(activeStates('m', { a: { b: 'c' }, d: {} })).toEqual(['m', 'm.a', 'm.a.b', 'm.a.b.c', 'm.d']);
  });
});
