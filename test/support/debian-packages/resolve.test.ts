import { describe, expect, test } from 'vitest';
import { parsePackages } from './control-file.js';
import { resolvePackages } from './resolve.js';

/** An archive out of control paragraphs that counts the questions it is asked. */
function archive(text: string, installed: readonly string[] = []): Parameters<typeof resolvePackages>[2] & { readonly questions: string[][] } {
  const all = parsePackages(text);
  const questions: string[][] = [];
  return {
    questions,
    installed: new Set(installed),
    show: (names) => {
      questions.push([...names]);
      return Promise.resolve(all.filter(({ name }) => names.includes(name)));
    },
  };
}

const xen = `Package: xen-utils
Version: 4.17-1
Depends: libc6 (>= 2.35), libxen (= 4.17-1),
 python3:any, debconf (>= 0.5) | debconf-2.0

Package: libxen
Version: 4.17-1
Pre-Depends: libc6
Depends: libyajl2 (>= 2.0.4)
Description: words
 that look: like a field

Package: libyajl2
Version: 1:2.1.0-3+deb12u2
Depends: libxen

Package: python3
Version: 3.11
`;

describe('control files', () => {
  test('versions, alternatives and architectures are left out of what is depended on', () => {
    expect(parsePackages(xen)[0]).toEqual({
      name: 'xen-utils',
      version: '4.17-1',
      depends: [['libc6'], ['libxen'], ['python3'], ['debconf', 'debconf-2.0']],
      provides: [],
    });
  });

  test('what is provided, and paragraphs that are none', () => {
    expect(parsePackages('N: no packages\n\nPackage: mawk\nVersion: 1\nProvides: awk, other (= 2)\n')).toEqual([
      { name: 'mawk', version: '1', depends: [], provides: ['awk', 'other'] },
    ]);
    expect(parsePackages('')).toEqual([]);
  });
});

describe('what is to be unpacked', () => {
  test('the named, and what they need and is not installed, also in a circle', async () => {
    const from = archive(xen, ['libc6', 'debconf-2.0']);
    const { packages, absent, unserved } = await resolvePackages(['xen-utils'], new Set(['python3']), from);
    expect(packages).toEqual([
      { name: 'libxen', version: '4.17-1' },
      { name: 'libyajl2', version: '1:2.1.0-3+deb12u2' },
      { name: 'xen-utils', version: '4.17-1' },
    ]);
    expect([absent, unserved]).toEqual([[], []]);
    // One question for each level.
    expect(from.questions).toEqual([['xen-utils'], ['libxen'], ['libyajl2']]);
  });

  test('a named one although it is installed; a left-out one is not followed', async () => {
    const { packages } = await resolvePackages(['libyajl2'], new Set(['libxen']), archive(xen, ['libyajl2', 'libxen']));
    expect(packages.map(({ name }) => name)).toEqual(['libyajl2']);
  });

  test('the first alternative that there is', async () => {
    const from = archive('Package: a\nVersion: 1\nDepends: none | b | c\n\nPackage: b\nVersion: 1\n\nPackage: c\nVersion: 1\n');
    expect((await resolvePackages(['a'], new Set(), from)).packages.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('what the archive does not have is told', async () => {
    const from = archive('Package: a\nVersion: 1\nDepends: virtual | other\n');
    expect(await resolvePackages(['a', 'z'], new Set(), from)).toEqual({ packages: [{ name: 'a', version: '1' }], absent: ['z'], unserved: ['virtual | other'] });
  });
});
