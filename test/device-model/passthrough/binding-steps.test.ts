import { describe, expect, it } from 'vitest';
import { keeper, stepsTo, toRemember, whenGivenBack, whenTaken } from '../../../src/device-model/passthrough/binding-steps.js';

const kept = { driver: keeper, override: keeper };

describe('a function on its way to a guest', () => {
  it('is wanted by nobody else before its driver has to let go', () => {
    expect(stepsTo({ driver: 'e1000e' }, whenTaken({ driver: 'e1000e' }))).toEqual([{ act: 'override', driver: keeper }, { act: 'unbind' }, { act: 'bind', driver: keeper }]);
  });

  it('is kept by the kernel’s driver for guests', () => {
    expect(whenTaken({ driver: 'e1000e' })).toEqual({ driver: 'vfio-pci', override: 'vfio-pci' });
  });

  it('goes on from where an engine was killed', () => {
    expect(stepsTo({ driver: 'e1000e', override: keeper }, kept)).toEqual([{ act: 'unbind' }, { act: 'bind', driver: keeper }]);
    expect(stepsTo({ override: keeper }, kept)).toEqual([{ act: 'bind', driver: keeper }]);
    expect(stepsTo(kept, kept)).toEqual([]);
  });

  it('stays as it is where the host’s owner has reserved it', () => {
    expect(stepsTo({ driver: keeper }, whenTaken({ driver: keeper }))).toEqual([]);
    expect(toRemember({ driver: keeper }, undefined)).toBeUndefined();
  });
});

describe('what a function had is remembered', () => {
  it('before it is touched, and anew where it is the host’s again', () => {
    expect(toRemember({ driver: 'e1000e' }, undefined)).toEqual({ driver: 'e1000e' });
    expect(toRemember({ driver: 'igb' }, { driver: 'e1000e' })).toEqual({ driver: 'igb' });
    expect(toRemember({}, undefined)).toEqual({});
  });

  it('and not from one that is half taken or half given back, which does not tell any more', () => {
    expect(toRemember({}, { driver: 'e1000e' })).toBeUndefined();
    expect(toRemember({ override: keeper }, { driver: 'e1000e' })).toBeUndefined();
    expect(toRemember({ driver: 'e1000e', override: keeper }, { driver: 'e1000e' })).toBeUndefined();
    // Nobody has remembered anything: it is the owner who wants it so.
    expect(toRemember({ override: keeper }, undefined)).toEqual({ override: keeper });
  });
});

describe('a function that is given back', () => {
  it('has the driver and the override that it had', () => {
    expect(stepsTo(kept, whenGivenBack(kept, { driver: 'e1000e' }))).toEqual([{ act: 'override', driver: undefined }, { act: 'unbind' }, { act: 'bind', driver: 'e1000e' }]);
    expect(whenGivenBack(kept, { driver: 'nvme', override: 'nvme' })).toEqual({ driver: 'nvme', override: 'nvme' });
  });

  it('has no driver where it had none', () => {
    expect(stepsTo(kept, whenGivenBack(kept, {}))).toEqual([{ act: 'override', driver: undefined }, { act: 'unbind' }]);
  });

  it('is left to whom somebody else has given it', () => {
    expect(stepsTo({ driver: 'igb' }, whenGivenBack({ driver: 'igb' }, { driver: 'e1000e' }))).toEqual([]);
    expect(stepsTo({ driver: 'igb', override: keeper }, whenGivenBack({ driver: 'igb', override: keeper }, { driver: 'e1000e' }))).toEqual([{ act: 'override', driver: undefined }]);
  });

  it.each([
    ['between two drivers, gets the one that it had', { now: {}, had: { driver: 'e1000e' }, gets: { driver: 'e1000e' } }],
    ['with its driver, and still kept from others, is kept no longer', { now: { driver: 'e1000e', override: keeper }, had: { driver: 'e1000e' }, gets: { driver: 'e1000e' } }],
    ['and that somebody else reserves meanwhile, stays theirs', { now: { override: 'pci-stub' }, had: { override: 'nvme' }, gets: { override: 'pci-stub' } }],
    ['and that had nothing, has nothing', { now: kept, had: {}, gets: {} }],
  ])('half given back, %s', (_, { gets, had, now }) => {
    expect(whenGivenBack(now, had)).toStrictEqual(gets);
  });
});
