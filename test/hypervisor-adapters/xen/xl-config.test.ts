import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusedSettings, xlArgument, xlConfigText, type XlSetting, type XlValue } from '../../../src/hypervisor-adapters/xen/render/xl-config.js';
import { anyText } from '../../support/any-text.js';
import { parseXlConfig, type ParsedValue } from './xl-cfg-parser.js';

const text = fc.oneof(
  anyText({ maxLength: 40 }),
  fc.array(fc.constantFrom('"', "'", '\\', '#', ';', '[', ']', ',', '=', '+=', '\n', '\0', 'n', 'x41', ' ', 'a', 'é'), { maxLength: 12 }).map((parts) => parts.join('')),
);
const value: fc.Arbitrary<XlValue> = fc.letrec<{ value: XlValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 2 }, text, fc.maxSafeNat(), fc.array(tie('value'), { maxLength: 4 })),
})).value;
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
const settings: fc.Arbitrary<readonly XlSetting[]> = fc.uniqueArray(fc.record({ key, value, field: fc.constant('spec') }), { maxLength: 5, selector: (one) => one.key });

/** What xl makes of a value: numbers are text until somebody asks for a number. */
function read(written: XlValue): ParsedValue {
  return typeof written === 'object' ? written.map(read) : String(written);
}

describe('a configuration for xl', () => {
  it('is read as it was meant, or refused', () => fc.assert(fc.property(settings, (all) => {
    const refused = refusedSettings(all);
    const accepted = all.filter((one) => !refused.includes(one));
    expect([...parseXlConfig(xlConfigText(accepted))]).toEqual(accepted.map((one) => [one.key, read(one.value)]));
  })));

  it('is refused for a control character, and for nothing else that has bytes in a file', () => fc.assert(fc.property(text, (written) => {
    const refused = refusedSettings([{ key: 'a', value: [written], field: 'spec.a' }]).length > 0;
    expect(refused).toBe(/\p{Cc}/u.test(written) || Buffer.from(written).toString() !== written);
  })));

  it('as one argument of the command line is one assignment', () => fc.assert(fc.property(text, (written) => {
    fc.pre(!/[\p{Cc}\p{Cs}]/u.test(written));
    expect([...parseXlConfig(xlArgument('uuid', written))]).toEqual([['uuid', written]]);
  })));

  it.each([-1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])('is refused for the number %d, which the grammar does not have', (number) => {
    expect(refusedSettings([{ key: 'a', value: number, field: 'spec.a' }])).toHaveLength(1);
  });
});
