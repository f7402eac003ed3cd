import { describe, expect, it } from 'vitest';
import { gaveBack, needsMore } from '../../../src/machines/domain/memory.js';

const mebi = 2 ** 20;

describe('what a change of memory counts for', () => {
  it('is counted before the guest has it only where it is more than is counted', () => {
    expect(needsMore({ memory: 64 * mebi, needs: 97 * mebi, counted: 96 * mebi })).toBe(true);
    expect(needsMore({ memory: 64 * mebi, needs: 96 * mebi, counted: 96 * mebi })).toBe(false);
    expect(needsMore({ memory: 64 * mebi, needs: 95 * mebi, counted: 96 * mebi })).toBe(false);
  });

  it('is counted afterwards where the guest holds no more than it was asked for, but for a few pages of the hypervisor', () => {
    const less = { memory: 32 * mebi, needs: 64 * mebi, counted: 96 * mebi };
    expect(gaveBack(less, 16 * mebi)).toBe(true);
    expect(gaveBack(less, 36 * mebi)).toBe(true);
    expect(gaveBack(less, 36 * mebi + 1)).toBe(false);
    expect(gaveBack(less, Number.POSITIVE_INFINITY)).toBe(false);
    // Where as much is needed as is counted, that is put on record once more: the record may tell of more.
    expect(gaveBack({ ...less, counted: less.needs }, 32 * mebi)).toBe(true);
  });

  it('is never counted a second time where it was counted before', () => {
    expect(gaveBack({ memory: 64 * mebi, needs: 96 * mebi, counted: 64 * mebi }, 64 * mebi)).toBe(false);
  });
});
