import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialContext } from '../../../src/machines/domain/context.js';
import type { DomainContext } from '../../../src/machines/domain/context.js';
import { asDelay, backoffOf, domainDelays } from '../../../src/machines/domain/delays.js';
import { anyContext } from '../support/arbitraries.js';
import { deadlines, wanted } from '../support/documents.js';

const longest = 2 ** 31 - 1;
const after = (failures: number, over: Partial<DomainContext> = {}): DomainContext => ({
  ...initialContext({ name: 'hello', desired: wanted() }),
  failures,
  ...over,
});
const restart = (backoff: { initial: number; max: number; factor: number }) => wanted({ restart: { ...wanted().restart, backoff } });

describe('the delays of a domain', () => {
  it('are finite and positive for every fact', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        for (const [name, delay] of Object.entries(domainDelays)) {
          const milliseconds = typeof delay === 'number' ? delay : delay({ context });
          expect(Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= longest, `${name}: ${milliseconds}`).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are those of the document', () => {
    const context = after(0);
    const said = Object.fromEntries(Object.keys(deadlines).map((name) => [name, domainDelays[`${name as keyof typeof deadlines}Deadline`]({ context })]));
    expect(said).toEqual(deadlines);
    expect(domainDelays.stableDelay({ context })).toBe(60_000);
    expect(domainDelays.backoffDelay({ context: after(3) })).toBe(backoffOf(after(3)));
  });

  it('are clamped to what a timer takes', () => {
    expect([0, -5, 0.4, 1.6, 1e12, Infinity, -Infinity, NaN].map(asDelay)).toEqual([1, 1, 1, 2, longest, longest, 1, longest]);
  });

  it('that no document sets', () => {
    expect(domainDelays).toMatchObject({
      planDeadline: 15_000,
      noteDeadline: 2_000,
      waitDeadline: 60_000,
      releaseDeadline: 5_000,
      controlDeadline: 5_000,
      wakeDeadline: 15_000,
      captureDeadline: 5_000,
      reapDeadline: 10_000,
      observeDeadline: 5_000,
      retryDelay: 1_000,
      ioErrorRetry: 5_000,
    });
  });
});

describe('the back-off', () => {
  const steps = restart({ initial: 1_000, max: 30_000, factor: 2 });

  it.each([
    [0, 1_000],
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [5, 16_000],
    [6, 30_000],
    [1_000, 30_000],
  ])('after %i failures is about %i ms', (failures, expected) => {
    for (const name of ['a', 'hello', 'web-17', 'z'.repeat(63)]) {
      const delay = backoffOf(after(failures, { name, desired: steps }));
      expect(delay).toBeGreaterThanOrEqual(expected * 0.9);
      expect(delay).toBeLessThanOrEqual(expected * 1.1);
    }
  });

  it('is spread over ±10 % by the name, and is the same each time for the same name', () => {
    const delays = Array.from({ length: 200 }, (_, at) => backoffOf(after(1, { name: `domain-${at}`, desired: steps })));
    expect(Math.min(...delays)).toBeLessThan(920);
    expect(Math.max(...delays)).toBeGreaterThan(1_080);
    expect(new Set(delays).size).toBeGreaterThan(100);
    expect(backoffOf(after(1))).toBe(backoffOf(after(1)));
  });

  it('differs from start to start of one domain', () => {
    expect(backoffOf(after(1, { incarnation: 1 }))).not.toBe(backoffOf(after(1, { incarnation: 2 })));
    const all = Array.from({ length: 2_001 }, (_, incarnation) => backoffOf(after(1, { incarnation, desired: steps })));
    expect([Math.min(...all), Math.max(...all)]).toEqual([900, 1_100]);
  });

  it.each([
    { initial: 0, max: 0, factor: 1e300 },
    { initial: 1e300, max: 1e300, factor: 1e300 },
    { initial: 1_000, max: Infinity, factor: 2 },
  ])('is a delay also for %o', (backoff) => {
    const delay = backoffOf(after(1_000, { desired: restart(backoff) }));
    expect(delay).toBeGreaterThanOrEqual(1);
    expect(delay).toBeLessThanOrEqual(longest);
  });
});
