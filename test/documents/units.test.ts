import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../src/documents/units.js';

describe('sizes', () => {
  it.each([
    ['64Mi', 67_108_864],
    ['512MiB', 536_870_912],
    ['2G', 2_000_000_000],
    ['1.5Gi', 1_610_612_736],
    ['0.5Ki', 512],
  ])('%s is %i bytes', (written, bytes) => {
    expect(parseSize(written)).toBe(bytes);
  });

  it.each(['64', 'Mi', '64mi', '64 Mi', '-1Mi', '1e3Mi', '0.001K ', '0.001Ki', '1.0001G', '9999999999T', ''])('"%s" is none', (written) => {
    expect(parseSize(written)).toBeUndefined();
  });

  it('are read back as they were written', () => fc.assert(fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
    const written = formatSize(bytes);
    expect(/^\d+$/.test(written) ? Number(written) : parseSize(written)).toBe(bytes);
  })));

  it('grow with their number', () => fc.assert(fc.property(fc.integer({ min: 1, max: 4096 }), fc.constantFrom('Ki', 'Mi', 'Gi', 'K', 'M', 'G'), (amount, unit) => {
    expect(parseSize(`${amount}${unit}`)).toBe(amount * (parseSize(`1${unit}`) ?? Number.NaN));
  })));
});

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.1s', 1100],
    ['2m', 120_000],
    ['1d', 86_400_000],
  ])('%s is %i ms', (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });

  it.each(['10', 's', '0.5ms', '10 s', '10S', '-1s', '1m30s'])('"%s" is none', (written) => {
    expect(parseDuration(written)).toBeUndefined();
  });

  it('are read back as they were written', () => fc.assert(fc.property(fc.nat({ max: 999_999_999_999 }), (milliseconds) => {
    expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
  })));
});
