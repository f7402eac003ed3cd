import { describe, expect, it } from 'vitest';
import { readMemory, setMemory, untilGivenBack } from '../../../../src/hypervisor-adapters/xen/anchor/memory.js';

const mebi = 2 ** 20;
/** A store that says what the lab's did. */
const storeOf = (nodes: Readonly<Record<string, string>>) => ({ read: (path: string) => Promise.resolve(nodes[path.replace('/local/domain/5/memory/', '')]) });

describe('the memory of a guest', () => {
  it('is its target', async () => {
    expect(await readMemory(storeOf({ target: '131072', videoram: '0' }), 5, 'pv')).toBe(128 * mebi);
    expect(await readMemory(storeOf({ target: '65536' }), 5, 'pvh')).toBe(64 * mebi);
  });

  it('of an hvm guest has that of its display with it, and what libxl keeps back', async () => {
    expect(await readMemory(storeOf({ target: '64512', videoram: '0' }), 5, 'hvm')).toBe(64 * mebi);
    expect(await readMemory(storeOf({ target: '48128', videoram: '16384' }), 5, 'hvm')).toBe(64 * mebi);
  });

  it('of an hvm guest that was made with all that it may have is just that', async () => {
    expect(await readMemory(storeOf({ target: '65536', videoram: '0', 'static-max': '65536' }), 5, 'hvm')).toBe(64 * mebi);
    expect(await readMemory(storeOf({ target: '49152', videoram: '16384', 'static-max': '65536' }), 5, 'hvm')).toBe(64 * mebi);
    expect(await readMemory(storeOf({ target: '64512', videoram: '0', 'static-max': '131072' }), 5, 'hvm')).toBe(64 * mebi);
  });

  it('is not known where the store does not say', async () => {
    expect(await readMemory(storeOf({}), 5, 'pv')).toBeUndefined();
    expect(await readMemory(storeOf({ target: 'much' }), 5, 'pv')).toBeUndefined();
  });

  it('is set so that it reads as it was set', async () => {
    const asked: number[] = [];
    const xl = { memSet: (_: number, kibibytes: number) => Promise.resolve(void asked.push(kibibytes)) };
    await setMemory(xl, 5, 'pv', 96 * mebi);
    await setMemory(xl, 5, 'hvm', 96 * mebi);
    expect(asked).toEqual([98304, 97280]);
    expect(await readMemory(storeOf({ target: String(97280 - 16384), videoram: '16384' }), 5, 'hvm')).toBe(96 * mebi);
  });
});

describe('memory that is asked back', () => {
  const clock = { at: 0, now: () => clock.at, sleep: (milliseconds: number) => Promise.resolve(void (clock.at += milliseconds)) };

  it('is looked at until it has come', async () => {
    const held = [160, 130, 97];
    expect(await untilGivenBack(clock, () => Promise.resolve((held.shift() ?? 0) * mebi), 96 * mebi, new AbortController().signal)).toBe(97 * mebi);
    expect(held).toEqual([]);
  });

  it('of a guest that keeps it is told as what it holds, after three seconds', async () => {
    const began = clock.at;
    expect(await untilGivenBack(clock, () => Promise.resolve(160 * mebi), 96 * mebi, new AbortController().signal)).toBe(160 * mebi);
    expect(clock.at - began).toBe(3_000);
  });
});
