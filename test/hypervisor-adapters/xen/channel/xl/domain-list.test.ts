import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readDomainList, type XlDomain } from '../../../../../src/hypervisor-adapters/xen/channel/xl/domain-list.js';
import { anyText } from '../../../../support/any-text.js';

const heading = 'Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label\n';
const none = '00000000-0000-0000-0000-000000000000';
const uuid = '5f60c748-2c04-8e32-9faa-d1beea13a51d';

/** A row as list_domains of xl_info.c prints it: `%-40s %5d %5lu %5d     %c%c%c%c%c%c  %8.1f UUID %8x|- %16s`. */
function rowOf(name: string, id: number, memory: number, vcpus: number, state: string, seconds: number, of: string, reason: string): string {
  const number = (value: number): string => String(value).padStart(5);
  return `${name.padEnd(40)} ${number(id)} ${number(memory)} ${number(vcpus)}     ${state}  ${seconds.toFixed(1).padStart(8)} ${of} ${reason.padStart(8)} ${'-'.padStart(16)}\n`;
}

function only(row: string): XlDomain | undefined {
  return readDomainList(heading + row)?.domains[0];
}

describe('a list of domains', () => {
  it('has rows as xl 4.17 prints them', () => {
    const text =
      heading +
      'Domain-0                                     0   768     1     r-----      72.6 00000000-0000-0000-0000-000000000000        -                -\n' +
      'tiny                                         1     8     1     ---s--       0.0 e05621e2-234f-8709-b795-356b4a715b77        0                -\n' +
      'full                                         2   160     1     -bp---      22.1 d277a0c8-237a-8c9c-be4b-334efd5bfb79        -                -\n';
    expect(readDomainList(text)).toEqual({
      domains: [
        { id: 0, name: 'Domain-0', uuid: none, memoryMiB: 768, vcpus: 1, state: { running: true, blocked: false, paused: false, shutdown: false, dying: false }, cpuSeconds: 72.6, shutdownReason: undefined },
        { id: 1, name: 'tiny', uuid: 'e05621e2-234f-8709-b795-356b4a715b77', memoryMiB: 8, vcpus: 1, state: { running: false, blocked: false, paused: false, shutdown: true, dying: false }, cpuSeconds: 0, shutdownReason: 'poweroff' },
        { id: 2, name: 'full', uuid: 'd277a0c8-237a-8c9c-be4b-334efd5bfb79', memoryMiB: 160, vcpus: 1, state: { running: false, blocked: true, paused: true, shutdown: false, dying: false }, cpuSeconds: 22.1, shutdownReason: undefined },
      ],
      unreadable: [],
    });
  });

  it('has rows as xl 4.20 prints them', () => {
    const text =
      heading +
      'Domain-0                                     0   768     1     r-----      21.7 00000000-0000-0000-0000-000000000000        -                -\n' +
      'p                                            2     8     1     ---sc-       0.0 15585ba6-bc00-4642-a965-83a843a5c628        3                -\n' +
      'a                                            1     8     1     -bp---       0.0 0f8b1a96-f6eb-49bd-b593-c2f24c0bfd5e        -                -\n';
    expect(readDomainList(text)).toMatchObject({
      domains: [
        { id: 0, name: 'Domain-0', cpuSeconds: 21.7, shutdownReason: undefined },
        { id: 2, name: 'p', uuid: '15585ba6-bc00-4642-a965-83a843a5c628', memoryMiB: 8, state: { shutdown: true, paused: false }, shutdownReason: 'crash' },
        { id: 1, name: 'a', uuid: '0f8b1a96-f6eb-49bd-b593-c2f24c0bfd5e', memoryMiB: 8, state: { blocked: true, paused: true }, shutdownReason: undefined },
      ],
      unreadable: [],
    });
  });

  it.each([
    ['0', 'poweroff', '---s--'],
    ['1', 'reboot', '---sr-'],
    ['2', 'suspend', '---ss-'],
    ['3', 'crash', '---sc-'],
    ['4', 'watchdog', '---sw-'],
    ['5', 'soft-reset', '---sS-'],
    ['ff', 'unknown', '---s?d'],
  ])('reads the reason %s as %s', (code, reason, state) => {
    expect(only(rowOf('a', 1, 8, 1, state, 0, uuid, code))).toMatchObject({ shutdownReason: reason, state: { shutdown: true, dying: state.endsWith('d') } });
  });

  it('knows a domain without a name, one that is being built, and one of wide numbers', () => {
    expect(only(rowOf('(null)', 4, 0, 0, '--p---', 0, uuid, '-'))).toMatchObject({ id: 4, name: undefined, vcpus: 0, state: { paused: true } });
    expect(only(rowOf('big', 32_751, 1_048_576, 128, '------', 12_345_678.9, uuid, '-'))).toMatchObject({ id: 32_751, memoryMiB: 1_048_576, vcpus: 128, cpuSeconds: 12_345_678.9 });
  });

  it('is empty where there is only the heading, and nothing where there is none', () => {
    expect(readDomainList(heading)).toEqual({ domains: [], unreadable: [] });
    expect(readDomainList('')).toBeUndefined();
    expect(readDomainList('Name                                        ID   Mem VCPUs\tState\tTime(s)\n')).toBeUndefined();
  });

  test('has each name as it is, whatever it looks like', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('a b', '7', `x 5 32 1 r----- 1.0 ${uuid} - -`, 'sixty-three-letters-are-longer-than-the-column-that-xl-prints-'),
    );
    fc.assert(
      fc.property(odd, fc.nat({ max: 40_000 }), (written, id) => {
        const name = written.replaceAll(/[\n\r\u2028\u2029]/g, '').trimEnd();
        fc.pre(name !== '' && name !== '(null)');
        expect(only(rowOf(name, id, 8, 1, '-b----', 0.5, uuid, '-'))).toMatchObject({ id, name, uuid });
      }),
    );
  });

  test('never throws, and loses no line', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), (noise) => {
        const list = readDomainList(heading + noise);
        const lines = noise.split('\n').filter((line) => line !== '');
        expect((list?.domains.length ?? 0) + (list?.unreadable.length ?? 0)).toBe(lines.length);
        readDomainList(noise);
      }),
    );
  });

  test('of a thousand lines that are almost rows is read in no time', () => {
    const almost = `${'0 '.repeat(2000)}r----- 1.0 ${uuid}\n`.repeat(50);
    const started = performance.now();
    expect(readDomainList(heading + almost)?.unreadable).toHaveLength(50);
    // 10 ms here; a pattern that tries every split would take seconds.
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
