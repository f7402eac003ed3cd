import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainDocument } from '../../../src/documents/domain-spec.js';
import { keyedValue } from '../../../src/hypervisor-adapters/qemu/render/argument.js';
import { plan } from '../../../src/hypervisor-adapters/qemu/render/plan.js';
import { anyText } from '../../support/any-text.js';
import { documentOf, requestOf, richFacts } from './plan-requests.js';

/** Words that would mean something to QEMU if they got out of their place, among any others. */
const hostile = fc.oneof(
  anyText({ minLength: 1, maxLength: 40 }),
  fc.constantFrom('-monitor', '-device', ',file=/etc/shadow', 'x,readonly=off', '"},{"driver":"x', '\\', ',,', ',', '=', '{', '-', '--', '$(id)', '%s', 'a\nb', '\0', ''),
  fc.array(fc.constantFrom(',', '=', '-', '"', '\\', '{', '}', ':', ' ', 'a'), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
);

interface Texts {
  readonly image: string;
  readonly serial: string;
  readonly kernel: string;
  readonly cmdline: string;
  readonly share: string;
  readonly tag: string;
  readonly product: string;
  readonly oem: string;
  readonly table: string;
}

const texts: fc.Arbitrary<Texts> = fc.record({
  image: hostile,
  serial: hostile,
  kernel: hostile,
  cmdline: hostile,
  share: hostile,
  tag: hostile,
  product: hostile,
  oem: hostile,
  table: hostile.map((text) => text.replaceAll(':', '')),
});

/** A document as only a caller that goes round the parser can make it. */
function hostileDocument(text: Texts): DomainDocument {
  const document = documentOf({ memory: '64Mi', disks: [{ image: '/a', serial: 's' }], shares: [{ name: 'a', path: '/a' }], boot: { kernel: '/k', cmdline: 'a' } });
  const { spec } = document;
  return {
    ...document,
    spec: {
      ...spec,
      disks: spec.disks.map((disk) => ({ ...disk, image: text.image, serial: text.serial })),
      shares: spec.shares.map((share) => ({ ...share, path: text.share, name: text.tag })),
      boot: { ...spec.boot, kernel: text.kernel, cmdline: text.cmdline },
      smbios: { ...spec.smbios, product: text.product, oemStrings: [text.oem] },
      acpiTables: [text.table],
    },
  };
}

/** Every second element from the first option on; options without a value stand alone. */
function optionsOf(args: readonly string[]): readonly string[] {
  const lone = ['-S', '-no-user-config', '-nodefaults', '-no-shutdown'];
  const options: string[] = [];
  for (let place = 0; place < args.length; place += lone.includes(args[place] ?? '') ? 1 : 2) options.push(args[place] ?? '');
  return options;
}

function keysOf(json: string): readonly string[] {
  return Object.keys(JSON.parse(json) as Readonly<Record<string, unknown>>);
}

/** Reads QEMU's comma syntax as QemuOpts does: `,,` is a comma, a single one ends the value. */
function readKeyed(argument: string): readonly string[] {
  return argument.replaceAll(',,', '\0').split(',').map((pair) => pair.replaceAll('\0', ','));
}

describe('no value of a document', () => {
  const tame: Texts = { image: '/a', serial: 's', kernel: '/k', cmdline: 'a', share: '/s', tag: 't', product: 'p', oem: 'o', table: '/t' };
  const outcomeOf = (text: Texts): ReturnType<typeof plan> => plan(requestOf(hostileDocument(text), richFacts));
  const calm = outcomeOf(tame);
  const expected = calm.ok ? calm.plan.recipe.args : [];

  it('adds an argument, an option or a key', () => fc.assert(fc.property(texts, (text) => {
    const outcome = outcomeOf(text);
    if (!outcome.ok) {
      expect(outcome.problems.every(({ code }) => code === 'PLAN_VALUE_REFUSED')).toBe(true);
      expect(Object.values({ ...text }).some((value) => /\p{Cc}/u.test(value))).toBe(true);
      return;
    }
    const { args } = outcome.plan.recipe;
    expect(optionsOf(args)).toEqual(optionsOf(expected));
    for (const [place, argument] of args.entries()) {
      const pattern = expected[place] ?? '';
      if (pattern.startsWith('{')) expect(keysOf(argument)).toEqual(keysOf(pattern));
      else if (['-smbios', '-fsdev', '-acpitable', '-chardev'].includes(args[place - 1] ?? '')) {
        expect(readKeyed(argument).map((pair) => pair.split('=')[0])).toEqual(readKeyed(pattern).map((pair) => pair.split('=')[0]));
      }
    }
  })));

  it('is changed by the comma syntax', () => fc.assert(fc.property(anyText(), (text) => {
    fc.pre(!text.includes('\0'));
    expect(readKeyed(`key=${keyedValue(text)}`)).toEqual([`key=${text}`]);
  })));
});
