import { expect, it } from 'vitest';
import { memoryOverhead } from '../../src/device-model/memory-overhead.js';

const mebibyte = 1024 ** 2;
const small = { memory: 64 * mebibyte, cpus: 1, acceleratorCache: 0, deviceMemory: 0, override: undefined };

it('covers what a lone small guest was measured to need (46 MB)', () => {
  expect(memoryOverhead(small)).toBeGreaterThan(46 * mebibyte);
  expect(memoryOverhead(small)).toBeLessThan(64 * mebibyte);
});

it('grows with memory, vCPUs, the translation cache and frame buffers', () => {
  const base = memoryOverhead(small);
  expect(memoryOverhead({ ...small, memory: 1064 * mebibyte }) - base).toBe(20 * mebibyte);
  expect(memoryOverhead({ ...small, cpus: 5 }) - base).toBe(12 * mebibyte);
  expect(memoryOverhead({ ...small, acceleratorCache: 16, deviceMemory: 4 }) - base).toBe(20);
});

it('is what the document says where it says something, even nothing', () => {
  expect(memoryOverhead({ ...small, override: 0 })).toBe(0);
});
