import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQmpParser, type ParserBounds } from '../../../../src/hypervisor-adapters/qemu/channel/parser.js';
import type { QmpMessage } from '../../../../src/hypervisor-adapters/qemu/channel/messages.js';
import { anyText } from '../../../support/any-text.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(chunks: readonly Uint8Array[], bounds?: ParserBounds): QmpMessage[] {
  const parser = createQmpParser(bounds);
  return chunks.flatMap((chunk) => parser.push(chunk).map(({ message }) => message));
}

/** Cuts bytes into pieces of these sizes, again and again. */
function cut(whole: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, n = 0; at < whole.length; n += 1) {
    const size = sizes[n % sizes.length] ?? whole.length;
    pieces.push(whole.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('what QEMU says', () => {
  test('a greeting', () => {
    const line = '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian 1:7.2"}, "capabilities": ["oob"]}}\r\n';
    expect(parse([bytes(line)])).toEqual([{ type: 'greeting', greeting: { version: '7.2.22', package: 'Debian 1:7.2' } }]);
  });

  test('a reply and an error, with our id, with a foreign one, and with none', () => {
    const text = '{"return": {}, "id": 3}\r\n{"error": {"class": "GenericError", "desc": "no"}, "id": "x"}\r\n{"return": 1}\r\n';
    expect(parse([bytes(text)])).toEqual([
      { type: 'reply', id: 3, value: {} },
      { type: 'error', id: undefined, class: 'GenericError', description: 'no' },
      { type: 'reply', id: undefined, value: 1 },
    ]);
  });

  test('events, with and without data', () => {
    const text =
      '{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}\r\n{"event": "RESET", "data": {"guest": true, "reason": "guest-reset"}}\n';
    expect(parse([bytes(text)])).toEqual([
      { type: 'event', event: { event: 'STOP', data: {}, timestamp: { seconds: 1, microseconds: 2 } } },
      { type: 'event', event: { event: 'RESET', data: { guest: true, reason: 'guest-reset' }, timestamp: { seconds: -1, microseconds: -1 } } },
    ]);
  });
});

describe('what is no QMP', () => {
  test.each(['{"return":', 'hello', '}{', '\u0000', '"'])('%j is not JSON, and the next line is read', (line) => {
    expect(parse([bytes(`${line}\n{"return": 1, "id": 1}\n`)])).toEqual([
      { type: 'malformed', reason: 'not-json' },
      { type: 'reply', id: 1, value: 1 },
    ]);
  });

  test.each(['{}', '[]', 'null', '7', '{"event": 7}', '{"error": "no"}', '{"id": 3}'])('%s is JSON of no known shape', (line) => {
    expect(parse([bytes(`${line}\n`)])).toEqual([{ type: 'malformed', reason: 'unknown-shape' }]);
  });

  test('a byte that is no UTF-8 costs at most its own message', () => {
    const broken = Uint8Array.from([...bytes('{"return": "'), 0xff, ...bytes('", "id": 1}\n{"return": 2, "id": 2}\n')]);
    expect(parse([broken]).at(-1)).toEqual({ type: 'reply', id: 2, value: 2 });
  });

  test('empty lines are nothing', () => {
    expect(parse([bytes('\n\r\n\n')])).toEqual([]);
  });

  test.each([1, 7, 100_000])('a line over the bound is dropped up to its end, in pieces of %i', (size) => {
    const bounds = { messageBytes: 64, excerptBytes: 8 };
    const text = bytes(`{"return": "${'x'.repeat(500)}"}\n{"return": 1, "id": 1}\n`);
    const parser = createQmpParser(bounds);
    const lines = cut(text, [size]).flatMap((piece) => parser.push(piece));
    expect(lines).toEqual([
      { message: { type: 'malformed', reason: 'too-long' }, excerpt: '{"return' },
      { message: { type: 'reply', id: 1, value: 1 }, excerpt: '{"return' },
    ]);
  });

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => void parse([noise, bytes('\n')])));
  });
});

describe('however the bytes are cut', () => {
  const line = fc.oneof(
    fc.record({ return: fc.jsonValue(), id: fc.nat() }).map((reply) => JSON.stringify(reply)),
    fc.record({ event: fc.constant('STOP'), data: fc.dictionary(fc.oneof(anyText(), fc.constantFrom('__proto__', 'constructor', 'toString')), anyText()) }).map((event) => JSON.stringify(event)),
    anyText().map((noise) => noise.replaceAll('\n', '')),
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
  test('the messages are the same', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), sizes, (lines, pieces) => {
        const whole = bytes(lines.map((each) => `${each}\r\n`).join(''));
        expect(parse(cut(whole, pieces))).toEqual(parse([whole]));
      }),
    );
  });

  test('a sender may use its buffer again', () => {
    const buffer = bytes('{"return": 1, ');
    const parser = createQmpParser();
    parser.push(buffer);
    buffer.fill(0x20);
    expect(parser.push(bytes('"id": 1}\n')).map(({ message }) => message)).toEqual([{ type: 'reply', id: 1, value: 1 }]);
  });

  test('4 MiB a few bytes at a time take time in proportion', () => {
    const whole = bytes(`{"return": "${'x'.repeat(4 * 1024 * 1024)}", "id": 1}\n`);
    const parser = createQmpParser();
    const started = performance.now();
    let messages = 0;
    for (let at = 0; at < whole.length; at += 16) messages += parser.push(whole.subarray(at, at + 16)).length;
    expect(messages).toBe(1);
    // 50 ms here; quadratic work would take minutes.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
