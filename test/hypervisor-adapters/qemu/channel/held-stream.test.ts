import { describe, expect, test } from 'vitest';
import { createHeldStream } from '../../../../src/hypervisor-adapters/qemu/channel/held-stream.js';

describe('a held stream', () => {
  test('the first subscriber hears everything that came before it, a later one the present', () => {
    const held = createHeldStream<number>(10, () => [-1]);
    const first: number[] = [];
    const second: number[] = [];
    held.next(1);
    held.next(2);
    held.stream.subscribe((value) => first.push(value));
    held.stream.subscribe((value) => second.push(value));
    held.next(3);
    expect({ first, second }).toEqual({ first: [1, 2, 3], second: [-1, 3] });
  });

  test('over the bound the oldest go, and are counted', () => {
    const held = createHeldStream<number>(3);
    for (const value of [1, 2, 3, 4, 5]) held.next(value);
    const heard: number[] = [];
    held.stream.subscribe((value) => heard.push(value));
    expect(heard).toEqual([3, 4, 5]);
    expect(held.dropped).toBe(2);
  });

  test('completed before anybody listened: all is heard, and the end', () => {
    const held = createHeldStream<number>(3);
    held.next(1);
    held.complete();
    const heard: unknown[] = [];
    held.stream.subscribe({ next: (value) => heard.push(value), complete: () => heard.push('end') });
    expect(heard).toEqual([1, 'end']);
  });

  test('nothing is kept once everybody has gone', () => {
    const held = createHeldStream<number>(3);
    held.stream.subscribe(() => undefined).unsubscribe();
    held.next(1);
    const heard: number[] = [];
    held.stream.subscribe((value) => heard.push(value));
    expect(heard).toEqual([]);
  });
});
