import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainDocument } from '../../../src/documents/domain-spec.js';
import { plan } from '../../../src/hypervisor-adapters/xen/render/plan.js';
import { documentOf } from '../qemu/plan-requests.js';
import { anyText } from '../../support/any-text.js';
import { configOf, requestOf } from './plan-requests.js';
import { parseXlConfig, type ParsedValue } from './xl-cfg-parser.js';

/** Words that would mean something to xl, its lists or its QEMU if they got out of their place, among any others. */
const hostile = fc.oneof(
  anyText({ minLength: 1, maxLength: 40 }),
  fc.constantFrom('"', "'", '\\', '\\"', '"\non_crash = "restart"\n#', "'; kernel='/evil", ',access=rw', ',target=/etc/shadow', ',format=qcow2', ',', ',,', '=', ' ]', '#', 'a\nb', '\0', '', 'vncpasswd=x'),
  fc.array(fc.constantFrom(',', '=', '"', "'", '\\', '[', ']', '#', ';', ' ', '\n', 'a'), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
);

const texts = fc.record({ image: hostile, kernel: hostile, cmdline: hostile, share: hostile, bridge: hostile, tap: hostile, table: hostile, deviceModel: hostile });
type Texts = typeof texts extends fc.Arbitrary<infer Value> ? Value : never;

/** A document with such words in all its free texts, as no parser would make it. */
function hostileDocument(text: Texts, type: 'pv' | 'hvm'): DomainDocument {
  const document = documentOf({
    memory: '64Mi',
    boot: { kernel: '/k', cmdline: 'a' },
    disks: [{ image: '/a' }, { image: '/b', readOnly: true }],
    shares: [{ name: 'a', path: '/a' }],
    networks: [{ type: 'tap', bridge: 'br0', tap: 'web0' }],
    pci: [{ address: '00:04.0' }],
    xen: { type, deviceModel: '/q' },
    ...(type === 'hvm' ? { acpiTables: ['/t'] } : {}),
  });
  const { spec } = document;
  return {
    ...document,
    spec: {
      ...spec,
      boot: { ...spec.boot, kernel: text.kernel, cmdline: text.cmdline },
      disks: spec.disks.map((disk) => ({ ...disk, image: text.image })),
      shares: spec.shares.map((share) => ({ ...share, path: text.share })),
      networks: spec.networks.map((network) => ({ ...network, bridge: text.bridge, tap: text.tap })),
      xen: { type, deviceModel: text.deviceModel },
      acpiTables: spec.acpiTables.map(() => text.table),
    },
  };
}

/** What xl finds in a list item: names before the first `=` of each part between commas, as strtok gives them. */
function names(item: ParsedValue): readonly string[] {
  return String(item)
    .split(',')
    .map((part) => part.trimStart().split('=')[0] ?? '');
}

/** A disk as libxlutil reads it: parameters, and the whole rest behind `target=` but for one comma at its end. */
function readDisk(item: ParsedValue): { readonly parameters: string; readonly target: string } {
  const [, parameters = '', target = ''] = /^(.*?)target=(.*)$/s.exec(String(item)) ?? [];
  return { parameters, target: target.replace(/,$/, '') };
}

describe.each(['pv', 'hvm'] as const)('no value of a document for a %s guest', (type) => {
  const tame: Texts = { image: '/a', kernel: '/k', cmdline: 'a', share: '/a', bridge: 'br0', tap: 'web0', table: '/t', deviceModel: '/q' };
  const outcomeOf = (text: Texts): ReturnType<typeof plan> => plan(requestOf(hostileDocument(text, type)));
  const read = (text: Texts): ReadonlyMap<string, ParsedValue> | undefined => {
    const outcome = outcomeOf(text);
    return outcome.ok ? parseXlConfig(configOf(outcome.plan)) : undefined;
  };
  const calm = read(tame) ?? new Map<string, ParsedValue>();

  it('adds a setting, a device or a parameter', () => fc.assert(fc.property(texts, (text) => {
    const config = read(text);
    if (config === undefined) {
      const outcome = outcomeOf(text);
      expect(outcome.ok ? [] : outcome.problems.filter(({ code }) => code !== 'PLAN_VALUE_REFUSED' && code !== 'PLAN_NAME_REFUSED')).toEqual([]);
      return;
    }
    expect([...config.keys()]).toEqual([...calm.keys()]);
    expect(config.get('kernel')).toBe(text.kernel);
    expect(config.get('cmdline')).toBe(text.cmdline);
    expect(config.get('device_model_override')).toBe(text.deviceModel);
    for (const [key, value] of calm) {
      if (!Array.isArray(value)) continue;
      const found = config.get(key);
      if (!Array.isArray(found)) throw new Error(key);
      expect(found).toHaveLength(value.length);
      for (const [index, item] of (found as readonly ParsedValue[]).entries()) {
        const pattern = (value as readonly ParsedValue[])[index] ?? '';
        if (key === 'disk') expect(readDisk(item)).toEqual({ parameters: readDisk(pattern).parameters, target: text.image });
        else expect(names(item)).toEqual(names(pattern));
      }
    }
  }), { numRuns: 400 }));

  const field = { image: 'spec.disks', kernel: 'spec.boot.kernel', cmdline: 'spec.boot.cmdline', share: 'spec.shares', bridge: 'spec.networks', tap: 'spec.networks', deviceModel: 'spec.xen.deviceModel' } as const;
  const places = fc.constantFrom<keyof typeof field>('image', 'kernel', 'cmdline', 'share', 'bridge', 'tap', 'deviceModel');

  it('gets a control character through, and the refusal names its field', () => fc.assert(fc.property(places, fc.constantFrom('\0', 'a\nb', '\u001b[2J', '\ud800'), (which, value) => {
    const outcome = outcomeOf({ ...tame, [which]: value });
    expect(outcome.ok ? [] : outcome.problems.map((problem) => problem.field)).toContain(field[which]);
  })));
});
