import { describe, expect, it } from 'vitest';
import { toChart, type ChartTransition } from '../../src/diagrams/index.js';
import { domainLike } from './machines/domain-like.js';
import { patterns } from './machines/patterns.js';

function chartOf(name: string): ReturnType<typeof toChart> {
  const make = patterns[name];
  if (!make) throw new RangeError(name);
  return toChart(make());
}

function words(transitions: readonly ChartTransition[]): readonly string[] {
  return transitions.map(({ label, kind, guard, otherwise, actions }) => [kind, label, ...(guard === undefined ? [] : [`[${guard}]`]), ...(otherwise ? ['[else]'] : []), ...(actions.length > 0 ? [`/ ${actions.join(', ')}`] : [])].join(' '));
}

describe('what a reader is told', () => {
  it('names effects by their ids, and by their logic where they have none', () => {
    expect(words(chartOf('invoked').transitions)).toEqual([
      'error ✗ any effect',
      'done ✓ user / assign',
      'error ✗ user [canRetry]',
      'error ✗ user [else]',
      'event ≈ user / note',
      'error ✗ fetchUser',
    ]);
    expect(chartOf('invoked').states[1]?.invokes).toEqual([{ id: 'user', src: 'fetchUser' }, { src: 'fetchUser' }]);
  });

  it('delays by name or in seconds', () => {
    expect(words(chartOf('delayed').transitions)).toEqual(['timeout after 500 ms', 'timeout after patience [condition]', 'timeout after patience [else]', 'timeout after 1.5 min / whistle']);
  });

  it('guards, and what holds otherwise', () => {
    expect(words(chartOf('eventless').transitions)).toEqual(['always always [isGood]', 'always always [isFair and not isLate]', 'always always [else]', 'always always [isFirst] / cheer', 'always always']);
    expect(words(chartOf('parallel').transitions)).toContain('event UNMUTE [in {"track":"playing"}]');
  });

  it('wildcards in words, and only the actions that the author wrote', () => {
    const { states, transitions } = chartOf('internal');
    expect(words(transitions)).toContain('event any other event');
    expect(words(transitions)).toContain('event file.* / log');
    expect(states[1]).toMatchObject({ entry: ['focus', 'count(2)'], exit: ['blur'], tags: ['calm', 'ready'] });
    expect(chartOf('delayed').states.every(({ entry, exit }) => entry.length + exit.length === 0)).toBe(true);
  });

  it('where a history state leads when there is nothing to remember', () => {
    const history = chartOf('history').states.filter(({ kind }) => kind === 'history');
    expect(history.map(({ history: depth, initial }) => [depth, initial])).toEqual([
      ['shallow', ['oven.on.heat']],
      ['deep', ['oven.on.defrost']],
    ]);
  });

  it('is told by paths, whatever ids the author gave', () => {
    const { states } = toChart(domainLike());
    expect(states[0]).toMatchObject({ id: 'domain', name: 'domain', kind: 'compound' });
    expect(states.map(({ id }) => id)).toContain('domain.anchored.running.healthy');
  });
});
