import { describe, expect, it } from 'vitest';
import { domainMachine } from '../../src/machines/domain.js';
import { withCounts, withMemory, withSleep } from './model/documents.js';
import { explore } from './model/explore.js';
import { allGuarantees } from './model/guarantees.js';
import { MachineTable } from './model/machine.js';
import { inside, type Mutable, mutated } from './model/mutated.js';
import { quick } from './model/quick.js';
import { scenario } from './model/report.js';

const setting = { policy: 'Never', onChange: 'restart' } as const;
const table = new MachineTable(domainMachine);
const deep = { states: Infinity, documents: ['running', 'more memory'], behaving: ['host', 'channel', 'effect'] } as const;
const near = { states: 40_000, documents: ['running', 'another device model'] };

describe('the domain machine in a nondeterministic world', { timeout: 30_000 }, () => {
  it('keeps every rule, as far as a quick look goes', () => {
    const { states, violation } = explore(domainMachine, setting, quick, allGuarantees, table);
    expect(violation === null ? '' : scenario(violation)).toBe('');
    expect(states).toBe(quick.states);
  });

  it('keeps every rule where memory changes under the guest, too', () => {
    const { paths, violation } = explore(domainMachine, withMemory, { states: 8_000, documents: ['running', 'more memory'] }, allGuarantees, table);
    expect(violation === null ? '' : scenario(violation)).toBe('');
    expect(paths).toContain('anchored.running.resizing.asking');
  });

  it('keeps every rule where guests sleep, too', () => {
    const { paths, violation } = explore(domainMachine, withSleep, { states: 12_000, documents: ['suspended', 'removed'] }, allGuarantees, table);
    expect(violation === null ? '' : scenario(violation)).toBe('');
    expect(paths).toContain('anchored.halting.waking');
  });

  it('keeps them as deep as it goes, where only users, time and the end of the engine disturb a change of memory', () => {
    const { complete, paths, violation } = explore(domainMachine, withCounts, deep, allGuarantees, table);
    expect(violation === null ? '' : scenario(violation)).toBe('');
    expect(complete).toBe(true);
    expect(paths).toContain('anchored.running.resizing.recounting');
  });

  it('needs of its effects: countsInOrder', () => {
    const { violation } = explore(domainMachine, withCounts, deep, { ...allGuarantees, countsInOrder: false }, table);
    // A late count that is too much is come by sooner than one that is too little.
    expect(violation?.rule).toMatch(/memory that is not counted|desired state is reached/);
  });

  it.each([
    ['intentFirst', /released while its anchor may live/],
    ['launchHonoursAbort', /released while its anchor may live/],
    ['endsAwaitLaunch', /released while its anchor may live/],
    ['endIsNoted', /desired state is reached/],
    ['reapConfirms', /released while its anchor may live/],
    ['lateReleaseIsHarmless', /released while its anchor may live/],
    ['latePlanIsHarmless', /believes it built/],
    ['exitIsTold', /desired state is reached/],
    ['silenceEnds', /desired state is reached/],
    ['generationsSurvive', /desired state is reached/],
  ] as const)('needs of its effects: %s', (promise, rule) => {
    const { violation } = explore(domainMachine, setting, near, { ...allGuarantees, [promise]: false }, table);
    expect(violation?.rule).toMatch(rule);
    expect(violation?.trace.length).toBeGreaterThan(3);
  });
});

describe('a mistake in the machine', { timeout: 30_000 }, () => {
  it.each<[string, RegExp, (config: Mutable) => void]>([
    [
      'a failed launch rests at once, without reaping',
      /possibly living anchor/,
      (config) => {
        inside(config, 'anchored.device-model-ready.launching').invoke['onError'] = { target: '#domain.backoff' };
      },
    ],
    [
      'a reaping that was refused is taken for done',
      /possibly living anchor|desired state is reached/,
      (config) => {
        inside(config, 'anchored.halting.reaping').invoke['onError'] = { target: '#domain.halted', actions: 'concludeRun' };
      },
    ],
    [
      'unknown is taken for dead',
      /possibly living anchor|released while/,
      (config) => {
        inside(config, 'observing.looking').invoke['onError'] = 'absent';
      },
    ],
    [
      'a wait has no deadline',
      /every wait has a deadline/,
      (config) => {
        inside(config, 'pending.preparing').after = {};
      },
    ],
    [
      'a plan is not made anew for another document',
      /desired state is reached/,
      (config) => {
        inside(config, 'pending.planning').on = {};
      },
    ],
    [
      'a lost channel is not opened again',
      /desired state is reached/,
      (config) => {
        const degraded = inside(config, 'anchored.running.degraded');
        degraded.always = (degraded.always as { guard: string }[]).filter(({ guard }) => guard !== 'channelIsLost');
      },
    ],
    [
      'a failed adoption is given up',
      /every event has an answer|desired state is reached|possibly living/,
      (config) => {
        inside(config, 'anchored.adopting.silent').after = {};
      },
    ],
  ])('is found: %s', (_, rule, change) => {
    const { violation } = explore(mutated(change), setting, near);
    expect(violation?.rule).toMatch(rule);
    expect(scenario(violation ?? { rule: '', trace: [] })).toContain('document: running');
  });

  it.each<[string, (config: Mutable) => void]>([
    [
      'a guest that sleeps unasked is let sleep',
      (config) => {
        const degraded = inside(config, 'anchored.running.degraded');
        degraded.always = (degraded.always as { guard: string }[]).filter(({ guard }) => guard !== 'isAsleepUnasked');
      },
    ],
    [
      'one that would not sleep is never asked again',
      (config) => {
        inside(config, 'anchored.running.unwilling').after = {};
      },
    ],
    [
      'one that has run and sleeps is taken for one that never ran',
      (config) => {
        const ready = inside(config, 'anchored.device-model-ready.ready');
        ready.always = (ready.always as { guard: string }[]).filter(({ guard }) => guard !== 'isAsleep');
      },
    ],
  ])('is found: %s', (_, change) => {
    const { violation } = explore(mutated(change), withSleep, { states: 20_000, documents: ['running', 'suspended', 'paused'] });
    expect(violation?.rule).toMatch(/desired state is reached/);
  });

  it.each<[string, (config: Mutable) => void]>([
    [
      'more memory is given before it is counted',
      (config) => {
        const { invoke } = inside(config, 'anchored.running.resizing.weighing');
        const [nothing, , asking] = invoke['onDone'] as unknown[];
        invoke['onDone'] = [nothing, asking];
      },
    ],
    [
      'memory that the guest keeps is counted as given back',
      (config) => {
        inside(config, 'anchored.running.resizing.asking').invoke['onDone'] = { target: 'recounting', actions: 'resized' };
      },
    ],
    [
      'it is asked for although it could not be put on record',
      (config) => {
        inside(config, 'anchored.running.resizing.counting').invoke['onError'] = 'asking';
      },
    ],
  ])('is found: %s', (_, change) => {
    const { violation } = explore(mutated(change), withCounts, { ...deep, behaving: ['host', 'channel'] });
    expect(violation?.rule).toMatch(/memory that is not counted/);
  });
});
