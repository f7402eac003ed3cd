import { expect, it } from 'vitest';
import { notesOn, type PlanNote } from '../../src/engine/plan-notes.js';
import type { AnchorPlan } from '../../src/hypervisor-adapters/contract/plan.js';
import { domain, read } from '../documents/reading.js';

type Asked = Pick<AnchorPlan, 'hypervisor' | 'ladder' | 'withoutEffect'>;

function notes(spec: string, plan: Asked): readonly PlanNote[] {
  const [parsed] = read(domain(spec), '/d/a.yaml');
  if (parsed === undefined) throw new Error('there is a document');
  return notesOn(parsed, plan);
}

const pvh: Asked = { hypervisor: 'xen', ladder: ['ask', 'quit', 'kill'], withoutEffect: [{ field: 'spec.rng', why: 'there is none' }] };

it('tells of deadlines of rungs that the domain does not have, where they are written', () => {
  expect(notes('memory: 64Mi\ndeadlines:\n  terminate: 1s\n  press: 2s\n  quit: 3s', pvh)).toMatchObject([
    { domain: 'hello', field: 'spec.deadlines.terminate', position: { file: '/d/a.yaml', line: 7 }, message: 'has no effect on xen: this domain is halted by ask, quit, kill, and has no rung terminate' },
    { field: 'spec.deadlines.press', position: { line: 8 } },
  ]);
});

it('tells of wishes that are not granted, where they are written', () => {
  expect(notes('memory: 64Mi\nrng: true', pvh)).toMatchObject([{ field: 'spec.rng', message: 'has no effect on xen: there is none' }]);
});

it('says nothing of defaults, nor where all has an effect', () => {
  expect(notes('memory: 64Mi', pvh)).toEqual([]);
  expect(notes('memory: 64Mi\ndeadlines: { press: 2s }', { hypervisor: 'qemu', ladder: ['press', 'quit', 'terminate', 'kill'] })).toEqual([]);
});
