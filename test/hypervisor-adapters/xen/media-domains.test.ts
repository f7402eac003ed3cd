/** What programs of other domains are told: which of their displays, inputs and sound devices the guest has. Their forms are those of displ_be and snd_be. */
import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import { configOf, planned, problemsOf, richFacts } from './plan-requests.js';

type Spec = DomainDocumentInput['spec'];

const direct = { memory: '64Mi', boot: { kernel: '/k' } } as const;
const codes = (spec: object): readonly string[] => problemsOf({ ...direct, ...spec }).map(({ code, field }) => `${code} ${field}`);

/** A setting of the guest's keyboard and pointer, or of another device. */
const settingOf = (name: string, spec: Partial<Spec>): string | undefined =>
  new RegExp(`${name}=([^,"]+)`).exec(configOf(planned({ ...direct, ...spec }, richFacts)))?.[1];

describe('a display of another domain', () => {
  it('has the keys of the surface that it is, unless the document says otherwise', () => {
    const keysOf = (xen: Spec['xen']): string | undefined => settingOf('unique-id', { display: {}, xen: { displayBackend: 'a', ...xen } });
    expect(keysOf({})).toBe('K:0;P:0');
    expect(keysOf({ displayConnector: '1000' })).toBe('K:1000;P:1000');
    expect(keysOf({ displayConnector: '1000', displayInput: 'T:1001' })).toBe('T:1001');
  });

  it('has a mouse, and a tablet where that is asked for', () => {
    const absolute = (...input: ('keyboard' | 'mouse' | 'tablet')[]): string | undefined => settingOf('feature-abs-pointer', { display: {}, input, xen: { displayBackend: 'a' } });
    expect([absolute(), absolute('keyboard'), absolute('keyboard', 'mouse')]).toEqual(['0', '0', '0']);
    expect([absolute('tablet'), absolute('mouse', 'tablet')]).toEqual(['1', '1']);
  });
});

describe('what programs of other domains use', () => {
  const details = { displayConnector: 'DP-1', displayInput: 'K:1000', soundDevice: 'pulse' };

  it('is refused where no such domain is named', () => {
    expect(codes({ display: {}, sound: true, xen: { type: 'hvm', ...details } })).toEqual(['PLAN_FIELD_CONFLICT spec.xen.displayConnector', 'PLAN_FIELD_CONFLICT spec.xen.displayInput', 'PLAN_FIELD_CONFLICT spec.xen.soundDevice']);
    expect(problemsOf({ ...direct, display: {}, xen: { displayConnector: 'DP-1' } }).map(({ cure }) => cure)).toEqual(['name the domain as xen.displayBackend']);
  });

  it('is refused where xl would split it', () => {
    const split = { displayInput: 'K:1,P:2', soundDevice: 'alsa<hw:0,0>' };
    expect(codes({ display: {}, sound: true, xen: { displayBackend: 'a', soundBackend: 'a', ...split } })).toEqual(['PLAN_VALUE_REFUSED spec.xen.displayInput', 'PLAN_VALUE_REFUSED spec.xen.soundDevice']);
    expect(problemsOf({ ...direct, sound: true, xen: { soundBackend: 'a', soundDevice: 'alsa<hw:0,0>' } }).map(({ cure }) => cure)).toEqual(['write a semicolon in its place']);
  });
});
