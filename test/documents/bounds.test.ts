import { describe, expect, it } from 'vitest';
import { complaints, domain, spec } from './reading.js';

/** Longer than any refusal should take on a busy machine; far shorter than what an unbounded reader would need. */
const SOON = 2000;

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const laughs = names
  .map(
    (name, index) =>
      `${name}: &${name} [${Array<string>(10)
        .fill(index === 0 ? 'ha' : `*${names[index - 1] ?? ''}`)
        .join(', ')}]`,
  )
  .join('\n');

describe('a document from a stranger', () => {
  it.each([
    ['brackets in brackets', '['.repeat(500_000), 'deep'],
    ['maps in maps', '{a: '.repeat(200_000), 'deep'],
    ['lists in lists', '- '.repeat(400_000), 'deep'],
    ['keys in keys', '? '.repeat(400_000), 'deep'],
    ['indented maps', Array.from({ length: 400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'deep'],
    ['a billion laughs', laughs, 'values when its aliases are expanded'],
    ['too many aliases', `a: &a 1\nb: [${'*a, '.repeat(101)}]`, 'aliases'],
    ['too many values', `[${'1, '.repeat(10_001)}]`, 'values'],
    ['nesting hidden in aliases', `a: &a ${'['.repeat(20)}${']'.repeat(20)}\nb: ${'['.repeat(20)}*a${']'.repeat(20)}`, 'deep'],
    ['too large a text', `# ${'x'.repeat(1024 * 1024)}`, 'larger than 1048576 bytes'],
    ['a text that is too large in bytes only', `# ${'é'.repeat(600_000)}`, 'larger than 1048576 bytes'],
  ])('is refused quickly: %s', (_what, text, reason) => {
    const begin = performance.now();
    const listed = complaints(text);
    expect(performance.now() - begin).toBeLessThan(SOON);
    expect(listed.join('\n')).toContain(reason);
  });

  it('is read at exactly the depth that is allowed', () => {
    const nested = (levels: number): string => `a: ${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(complaints(nested(31)).join()).not.toContain('deep');
    expect(complaints(nested(32)).join()).toContain('hello.yaml:1:35');
  });

  it.each([
    ['a long name', `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${'a'.repeat(64)} }\nspec: { memory: 64Mi }`],
    ['too many disks', domain(`memory: 64Mi\ndisks: [${Array.from({ length: 65 }, (_, index) => `{ image: /${index} }`).join(', ')}]`)],
    ['a long path', domain(`memory: 64Mi\ncdrom: /${'x'.repeat(4096)}`)],
    ['a long key', domain(`memory: 64Mi\n${'x'.repeat(1000)}: 1`)],
  ])('is refused in a line that can be read: %s', (_what, text) => {
    const listed = complaints(text);
    expect(listed).toHaveLength(1);
    expect(listed[0]?.length).toBeLessThan(1000);
  });
});

describe('text that may reach argv', () => {
  it.each([
    ['a line break', String.raw`"a\nb"`],
    ['a NUL', String.raw`"a\0b"`],
    ['an escape', String.raw`"a\eb"`],
    ['a C1 control', String.raw`"a\u0085b"`],
    ['a line separator', String.raw`"a\u2028b"`],
    ['half a surrogate pair', String.raw`"a\ud800b"`],
  ])('holds no %s', (_what, written) => {
    for (const field of ['cdrom:', 'boot: { kernel: /k, cmdline:', 'smbios: { product:', 'acpiTables: [']) {
      const close = field.includes('{') ? ' }' : field.includes('[') ? ' ]' : '';
      expect(complaints(domain(`memory: 64Mi\n${field} ${written}${close}`)).join('\n'), field).toContain('holds a control character');
    }
  });

  it('does not begin a path with a dash', () => {
    expect(complaints(domain('memory: 64Mi\ndisks: [ { image: -drive } ]'))).toEqual([
      'hello.yaml:6:21 spec.disks[0].image: "-drive" begins with a dash; write ./ before it',
    ]);
  });

  it('may be any other text', () => {
    expect(spec('smbios: { product: "Grüße, 世界 🚢 $(id)" }').smbios.product).toBe('Grüße, 世界 🚢 $(id)');
  });

  it('may hold line breaks where it goes to a file', () => {
    expect(spec('cloudInit:\n  userData: |\n    #cloud-config\n    hostname: x\n').cloudInit?.userData).toEqual({
      text: '#cloud-config\nhostname: x\n',
    });
  });
});
