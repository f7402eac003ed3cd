import { describe, expect, it } from 'vitest';
import { chooseFunctions, type PassthroughProblem } from '../../../src/device-model/passthrough/choose-functions.js';
import { pciFunction, surveyOf } from '../../support/pci-function.js';

type Entry = Parameters<typeof chooseFunctions>[0][number];

/** What a document with this entry is told on a host with these functions. */
function told(entry: Entry, ...functions: readonly ReturnType<typeof pciFunction>[]): PassthroughProblem | undefined {
  const { passed, problems } = chooseFunctions([entry], surveyOf(...functions));
  expect(passed).toEqual([]);
  expect(problems).toHaveLength(1);
  return problems[0];
}

const nic = pciFunction('0000:03:00.0', { iommuGroup: '14', label: 'Onboard LAN' });
const disk = pciFunction('0000:04:00.0', { iommuGroup: '15', label: 'Slot 1' });
const unnamed = pciFunction('0000:05:00.0', { iommuGroup: '16' });

describe('a document whose device is not there', () => {
  it.each<[string, Entry]>([
    ['an address', { address: '0000:09:00.0' }],
    ['a label', { label: 'Slot 9' }],
    ['a group', { group: '99' }],
  ])('by %s is tried again, since it may be plugged in', (_, entry) => {
    expect(told(entry, nic)?.retryable).toBe(true);
  });

  it('is told of the tool that lists addresses', () => {
    expect(told({ address: '0000:09:00.0' }, nic)?.cure).toMatch(/lspci/);
  });

  it('is told of the labels that there are, each once', () => {
    expect(told({ label: 'Slot 9' }, nic, unnamed, disk, { ...disk, address: '0000:04:00.1' })?.cure).toMatch(/: Onboard LAN, Slot 1$/);
  });

  it('is told to give an address where the firmware gives no labels at all', () => {
    const cure = told({ label: 'Slot 9' }, unnamed)?.cure;
    expect(cure).toMatch(/address/);
    expect(cure).not.toMatch(/one of/);
  });

  it('is told how groups are called on this host', () => {
    const numbered = told({ group: '0000:03:00.0' }, nic);
    expect(numbered?.message).toMatch(/the kernel numbers them/);
    expect(numbered?.cure).toMatch(/address/);
    // As in a dom0 of Xen.
    expect(told({ group: '14' }, pciFunction('0000:03:00.0'))?.message).toMatch(/the kernel numbers none.* address of its first function/);
  });

  it('is told that a group of bridges has no device in it', () => {
    expect(told({ group: '1' }, pciFunction('0000:00:00.0', { class: '060000', iommuGroup: '1' }), pciFunction('0000:00:01.0', { class: '060400', iommuGroup: '1' }))?.message).toMatch(/no isolation group 1 with a device in it/);
  });
});

it('a label that several functions have is final until the document says which it means', () => {
  const problem = told({ label: 'Slot 1' }, disk, { ...disk, address: '0000:04:00.1' });
  expect(problem?.cure).toMatch(/address/);
  expect(problem?.retryable).toBeUndefined();
});
