import { expect, it } from 'vitest';
import { createRoster } from '../../../../src/hypervisor-adapters/xen/anchor/roster.js';
import type { DomainList } from '../../../../src/hypervisor-adapters/xen/channel/xl/domain-list.js';

function lists(): { readonly list: () => Promise<DomainList>; readonly under: { readonly answer: (error?: Error) => void }[] } {
  const under: { readonly answer: (error?: Error) => void }[] = [];
  return {
    under,
    list: () =>
      new Promise((resolve, reject) => {
        under.push({ answer: (error) => (error === undefined ? resolve({ domains: [], unreadable: [] }) : reject(error)) });
      }),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('whoever asks while a list is being made shares the next one, which began after all of them', async () => {
  const { list, under } = lists();
  const roster = createRoster({ list });
  const first = roster.look();
  const others = [roster.look(), roster.look(), roster.look()];
  expect(under).toHaveLength(1);
  under[0]?.answer();
  await first;
  await turn();
  expect(under).toHaveLength(2);
  under[1]?.answer();
  await Promise.all(others);
  expect(under).toHaveLength(2);
});

it('a list that fails is told to those who asked for it, and the next is made all the same', async () => {
  const { list, under } = lists();
  const roster = createRoster({ list });
  const first = roster.look();
  const next = roster.look();
  under[0]?.answer(new Error('no xl'));
  await expect(first).rejects.toThrow('no xl');
  await turn();
  under[1]?.answer();
  expect(await next).toEqual({ domains: [], unreadable: [] });
});
