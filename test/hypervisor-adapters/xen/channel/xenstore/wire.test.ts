import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacketParser, type Parsed } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/parser.js';
import { decodeStrings, encodePacket, encodeStrings, type Packet } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/wire.js';

function parse(chunks: readonly Uint8Array[], bound?: number): Parsed[] {
  const parser = createPacketParser(bound);
  return chunks.flatMap((chunk) => [...parser.push(chunk)]);
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

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const packets = fc.array(
  fc.record({ type: fc.integer({ min: 0, max: 26 }), requestId: word, transactionId: word, payload: fc.uint8Array({ maxLength: 200 }) }),
  { minLength: 1, maxLength: 20 },
);

describe('packets', () => {
  test('a read of /a, byte by byte as it goes over the wire', () => {
    const bytes = encodePacket({ type: 2, requestId: 0x01020304, transactionId: 0xfffefdfc, payload: encodeStrings(['/a']) });
    expect(Buffer.from(bytes).toString('hex')).toBe('02000000' + '04030201' + 'fcfdfeff' + '03000000' + '2f6100');
  });

  test('however they are cut, the same packets come out', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 }), (all, sizes) => {
        const bytes = joined(all.map(encodePacket));
        expect(parse(cut(bytes, sizes))).toEqual(all.map((packet) => ({ type: 'packet', packet })));
      }),
    );
  });

  test('what is parsed is no part of what was received', () => {
    const bytes = encodePacket({ type: 2, requestId: 1, transactionId: 0, payload: Uint8Array.of(1, 2, 3) });
    const [parsed] = parse([bytes]);
    bytes.fill(0xff);
    expect(parsed).toMatchObject({ packet: { payload: Uint8Array.of(1, 2, 3) } });
  });

  test('any bytes at all: nothing is thrown, and after what is no xenstore nothing more comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
        const parsed = parse(chunks, 64);
        const broken = parsed.findIndex(({ type }) => type === 'broken');
        expect(broken === -1 || broken === parsed.length - 1).toBe(true);
      }),
    );
  });

  test('noise behind good packets: those are understood', () => {
    fc.assert(
      fc.property(packets, fc.uint8Array({ minLength: 16, maxLength: 64 }), (all, noise) => {
        noise[3] = 0x7f;
        const parsed = parse([joined([...all.map(encodePacket), noise])]);
        expect(parsed.slice(0, -1)).toEqual(all.map((packet) => ({ type: 'packet', packet })));
        expect(parsed.at(-1)).toMatchObject({ type: 'broken' });
      }),
    );
  });

  test('1 MiB in one packet is taken, a byte more is not, and no memory is spent on it', () => {
    const large: Packet = { type: 1, requestId: 1, transactionId: 0, payload: new Uint8Array(1024 * 1024).fill(0x61) };
    const [parsed] = parse(cut(encodePacket(large), [65_536]));
    expect(parsed?.type === 'packet' && Buffer.compare(parsed.packet.payload, large.payload)).toBe(0);
    const header = encodePacket({ ...large, payload: new Uint8Array(0) });
    new DataView(header.buffer).setUint32(12, 1024 * 1024 + 1, true);
    expect(parse([header])).toEqual([{ type: 'broken', reason: 'a payload of 1048577 bytes is longer than the 1048576 that are taken' }]);
  });
});

describe('lists of texts', () => {
  test('come back as they were, but for a NUL', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')), { maxLength: 10 }), (texts) => {
        expect(decodeStrings(encodeStrings(texts))).toEqual(texts);
      }),
    );
  });

  test.each<[string, readonly string[]]>([
    ['', []],
    ['\0', ['']],
    ['a', ['a']],
    ['a\0', ['a']],
    ['a\0b', ['a', 'b']],
    ['\ufeffa\0', ['\ufeffa']],
    // How a directory read in parts ends.
    ['7\0a\0b\0\0', ['7', 'a', 'b', '']],
  ])('%j is %j', (text, texts) => {
    expect(decodeStrings(Buffer.from(text))).toEqual(texts);
  });
});
