import { describe, expect, it } from 'vitest';
import { resized } from '../../../src/machines/domain/answers.js';
import { observed } from '../../../src/machines/domain/observed.js';
import { known } from '../support/facts.js';

describe('the answer of an effect', () => {
  it('is believed less than what was seen of the memory since it was asked', () => {
    const before = known({ memory: 1, memorySeen: false, memoryChange: { memory: 2, needs: 2, counted: 1 } });
    expect(resized(before)).toEqual({ memory: 2 });
    const seen = observed(before, { type: 'guest.memory', bytes: 3, incarnation: before.incarnation });
    expect(resized({ ...before, ...seen })).toEqual({ memory: 3 });
  });
});
