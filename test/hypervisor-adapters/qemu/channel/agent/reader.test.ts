import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentMessage } from '../../../../../src/hypervisor-adapters/qemu/channel/agent/messages.js';
import { createAgentReader } from '../../../../../src/hypervisor-adapters/qemu/channel/agent/reader.js';

/** Characters stand for bytes. */
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const read = (...chunks: readonly string[]): readonly AgentMessage[] => {
  const reader = createAgentReader();
  return chunks.flatMap((chunk) => reader.push(bytes(chunk)));
};

describe('what a guest agent says', () => {
  test('answers and refusals', () => {
    expect(read('{"return": 7}\n{"return": {}}\r\n\n{"error": {"class": "CommandNotFound", "desc": "not here"}}\n')).toEqual([
      { type: 'answer', value: 7 },
      { type: 'answer', value: {} },
      { type: 'refusal', reason: 'not here' },
    ]);
  });

  test('the half of an earlier answer is forgotten at the sentinel', () => {
    expect(read('{"return": "half \xff{"return": 7}\n')).toEqual([{ type: 'answer', value: 7 }]);
    expect(read(`${'x'.repeat(10_000)}\xff{"return": 7}\n`)).toEqual([{ type: 'answer', value: 7 }]);
    expect(read('\xff\xff\xff\n\xff{"return": 7}\xff\n')).toEqual([{ type: 'answer', value: 7 }].slice(1));
  });

  test.each(['hello', '7', 'null', '[]', '{}', '{"returns": 1}', '"return"', '{"return": 7'])('%s is none of its messages', (line) => {
    expect(read(`${line}\n{"return": 1}\n`)).toEqual([{ type: 'malformed' }, { type: 'answer', value: 1 }]);
  });

  test('a line over the bound is malformed, and the next is read', () => {
    const longest = `{"return": "${'x'.repeat(4096 - 14)}"}`;
    expect(read(`${longest}\n`)).toMatchObject([{ type: 'answer' }]);
    expect(read(`${longest} \n{"return": 1}\n`)).toEqual([{ type: 'malformed' }, { type: 'answer', value: 1 }]);
    expect(read('x'.repeat(3000), 'x'.repeat(3000), '\n{"return": 1}\n')).toEqual([{ type: 'malformed' }, { type: 'answer', value: 1 }]);
  });

  test.each([
    ['{"error": {"desc": "\\u001b[31mred\\r\\n"}}', '?[31mred??'],
    [`{"error": {"desc": "${'y'.repeat(3000)}"}}`, 'y'.repeat(200)],
    ['{"error": {"desc": ""}}', 'it did not say why'],
    ['{"error": {"desc": 7}}', 'it did not say why'],
    ['{"error": null}', 'it did not say why'],
  ])('its words are cut, and cannot reach a terminal as anything but words: %#', (line, reason) => {
    expect(read(`${line}\n`)).toEqual([{ type: 'refusal', reason }]);
  });

  test('no bytes make it throw, and however they are cut, the same is read', () => {
    const piece = fc.oneof(
      fc.constantFrom('\xff', '\n', '{"return": 7}\n', '{"error": {"desc": "no"}}\n', '{"return": ', '\xc3', '\xc3\xa9'),
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 40 }),
      fc.integer({ min: 4000, max: 5000 }).map((length) => 'z'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (pieces, sizes) => {
        const whole = pieces.join('');
        const cut: string[] = [];
        for (let at = 0, n = 0; at < whole.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1;
          cut.push(whole.slice(at, at + size));
          at += size;
        }
        expect(read(...cut)).toEqual(read(whole));
      }),
    );
  });
});
