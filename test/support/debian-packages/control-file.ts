/** A package as `apt-cache show` and `dpkg-query` describe it. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  /** What must be there as well; each entry lists its alternatives, without versions and architectures. */
  readonly depends: readonly (readonly string[])[];
  /** Other names under which it may be depended on. */
  readonly provides: readonly string[];
}

/** Understands the paragraphs of a Debian control file. Pure. */
export function parsePackages(text: string): readonly PackageFacts[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map(parseFields)
    .flatMap((fields) => {
      const name = fields.get('Package');
      const version = fields.get('Version');
      if (name === undefined || version === undefined) return [];
      const depends = [...relations(fields.get('Pre-Depends')), ...relations(fields.get('Depends'))];
      return [{ name, version, depends, provides: relations(fields.get('Provides')).flat() }];
    });
}

function parseFields(paragraph: string): ReadonlyMap<string, string> {
  const unfolded = paragraph.replaceAll(/\n[ \t]+/g, ' ');
  return new Map(unfolded.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  }));
}

/** `a (>= 1) | b, c:any` becomes [[a, b], [c]]. */
function relations(field = ''): readonly (readonly string[])[] {
  return field
    .split(',')
    .map((group) => group.split('|').map((one) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(one)?.[1] ?? '').filter((name) => name !== ''))
    .filter((group) => group.length > 0);
}
