/** A bound that a unit test can afford: three documents, and the states nearest to the beginning. */
import type { Bound } from './explore.js';

export const quick: Bound = { states: 4_000, documents: ['running', 'another device model', 'removed'] };
