import { describe, expect, it } from 'vitest';
import { createTextGate } from '../../src/cli/logs/text-gate.js';
import { wantsColour } from '../../src/cli/terminal.js';
import { jsonLine } from '../../src/cli/text/json.js';
import { painter } from '../../src/cli/text/paint.js';
import { printable, printableLines } from '../../src/cli/text/printable.js';
import { inBytes, inTime } from '../../src/cli/text/quantities.js';
import { table } from '../../src/cli/text/table.js';
import { truncated, widthOf } from '../../src/cli/text/width.js';

const plain = painter(false);

describe('text of others', () => {
  it('is printed with its control characters escaped', () => {
    expect(printable('a\u001b[31mb\r\n\u0007\u009bc')).toBe('a\\x1b[31mb\\r\\n\\x07\\x9bc');
    expect(printable('user\u202etxt.exe')).toBe('user\\u202etxt.exe');
    expect(printable('naïve 日本 ✓')).toBe('naïve 日本 ✓');
  });

  it('keeps its lines in a log', () => {
    expect(printableLines('a\r\nb\tc\u001b[2J\n')).toBe('a\nb\tc\\x1b[2J\n');
  });

  it('is not torn where chunks end within a line end or a character', () => {
    const gate = createTextGate(true);
    const bytes = Buffer.from('é\r\nx\u001b\n');
    expect([...bytes].map((byte) => gate(Uint8Array.of(byte))).join('')).toBe('é\nx\\x1b\n');
  });

  it('is escaped within JSON so that JSON stays what it was', () => {
    const value = { text: '\u001b\u009b\u202e\u{e0001}' };
    const line = jsonLine(value);
    expect(line).toMatch(/^[\u0020-\u007e]+\n$/);
    expect(JSON.parse(line)).toEqual(value);
  });
});

describe('tables', () => {
  const rows = [
    { name: 'a', why: 'a reason that is rather long' },
    { name: 'b-long-name', why: 'short' },
  ];
  const columns = [
    { title: 'NAME', cell: (row: { name: string }) => row.name, least: 6 },
    { title: 'WHY', cell: (row: { why: string }) => row.why, least: 8 },
  ];

  it('are as wide as they need where nobody says how wide', () => {
    expect(table(columns, rows, { paint: plain, width: undefined })).toEqual(['NAME         WHY', 'a            a reason that is rather long', 'b-long-name  short']);
  });

  it('fit a terminal, with an ellipsis where something was cut', () => {
    const lines = table(columns, rows, { paint: plain, width: 30 });
    expect(lines).toEqual(['NAME         WHY', 'a            a reason that is…', 'b-long-name  short']);
    expect(table(columns, rows, { paint: plain, width: 12 }).map(widthOf).every((width) => width <= 16)).toBe(true);
  });

  it('count wide characters as two columns', () => {
    expect(widthOf('日本')).toBe(4);
    expect(truncated('日本語', 5)).toBe('日本…');
    expect(truncated('abc', 2)).toBe('a…');
  });
});

describe('quantities', () => {
  it.each([
    [512, '512 B'],
    [48 * 2 ** 20, '48 MiB'],
    [1.5 * 2 ** 30, '1.5 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(inBytes(bytes)).toBe(text));

  it.each([
    [340, '340ms'],
    [1_240, '1.2s'],
    [59_999, '59s'],
    [192_000, '3m12s'],
    [4 * 3_600_000 + 300_000, '4h05m'],
    [12 * 86_400_000 + 3 * 3_600_000, '12d3h'],
  ])('%d ms are %s', (milliseconds, text) => expect(inTime(milliseconds)).toBe(text));
});

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('with %j on a terminal: %s, they are wanted: %s', (env, isTerminal, wanted) => expect(wantsColour(env, isTerminal)).toBe(wanted));

  it('have no say in the width', () => {
    const painted = painter(true)('red', 'x');
    expect(painted).toBe('\u001b[31mx\u001b[39m');
  });
});
