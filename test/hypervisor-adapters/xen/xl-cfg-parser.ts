/**
 * Reads xl.cfg as libxlutil of Xen 4.17 does (its scanner libxlu_cfg_l.l, its grammar libxlu_cfg_y.y, and xlu__cfgl_dequote for strings),
 * and knows nothing of the code that writes it. Throws where libxlutil says "syntax error" or "lexical error".
 */
export type ParsedValue = string | readonly ParsedValue[];

type Token = { readonly kind: 'ident' | 'atom'; readonly text: string } | { readonly kind: 'newline' | '=' | '+=' | '[' | ']' | ',' | ';' };

export function parseXlConfig(text: string): ReadonlyMap<string, ParsedValue> {
  const tokens = scan(text);
  const settings = new Map<string, ParsedValue>();
  let at = 0;
  const next = (): Token | undefined => tokens[at++];
  const skipNewlines = (): void => {
    while (tokens[at]?.kind === 'newline') at += 1;
  };

  const list = (): ParsedValue => {
    const items: ParsedValue[] = [];
    skipNewlines();
    while (tokens[at]?.kind !== ']') {
      items.push(value());
      skipNewlines();
      if (tokens[at]?.kind !== ',') break;
      at += 1;
      skipNewlines();
    }
    expect(next(), ']');
    return items;
  };
  const value = (): ParsedValue => {
    const token = next();
    if (token?.kind === 'atom') return token.text;
    if (token?.kind === '[') return list();
    throw new Error(`syntax error: ${token?.kind ?? 'end of file'} where a value should be`);
  };

  while (at < tokens.length) {
    const token = next();
    if (token?.kind === 'newline' || token?.kind === ';') continue;
    if (token?.kind !== 'ident') throw new Error(`syntax error: ${token?.kind ?? 'end of file'} where a name should be`);
    expect(next(), '=');
    if (settings.has(token.text)) throw new Error(`${token.text} is set twice`);
    settings.set(token.text, value());
    const end = next();
    if (end !== undefined && end.kind !== 'newline' && end.kind !== ';') throw new Error(`syntax error: ${end.kind} behind a value`);
  }
  return settings;
}

function expect(token: Token | undefined, kind: Token['kind']): void {
  if (token?.kind !== kind) throw new Error(`syntax error: ${token?.kind ?? 'end of file'} where ${kind} should be`);
}

const patterns: readonly (readonly [pattern: RegExp, make: (text: string) => Token | undefined])[] = [
  [/[a-z][._0-9a-z]*/y, (text) => ({ kind: 'ident', text })],
  [/[0-9][0-9a-fx]*/y, (text) => ({ kind: 'atom', text })],
  [/[ \t]/y, () => undefined],
  [/\+=|[,[\]=;]/y, (text) => ({ kind: text as '=' })],
  [/\n|#.*\n/y, () => ({ kind: 'newline' })],
  [/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y, (text) => ({ kind: 'atom', text: dequote(text) })],
];

function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const found = patterns.flatMap(([pattern, make]) => {
      pattern.lastIndex = at;
      const match = pattern.exec(text)?.[0];
      return match === undefined ? [] : [{ match, make }];
    });
    const longest = found.toSorted((one, other) => other.match.length - one.match.length)[0];
    if (longest === undefined) throw new Error(`lexical error at ${JSON.stringify(text.slice(at, at + 20))}`);
    const token = longest.make(longest.match);
    if (token !== undefined) tokens.push(token);
    at += longest.match.length;
  }
  return tokens;
}

const escapes: Readonly<Partial<Record<string, string>>> = { '"': '"', "'": "'", '\\': '\\', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function dequote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(.)/g, (_, escaped: string) => {
    const meant = escapes[escaped];
    // Escapes by number are legal, too; nobody who writes here needs them.
    if (meant === undefined) throw new Error(`invalid character after backslash: ${escaped}`);
    return meant;
  });
}
