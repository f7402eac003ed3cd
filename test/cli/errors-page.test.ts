import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const page = readFileSync('docs/errors.md', 'utf8');
const documented = new Set(Array.from(page.matchAll(/^\| `([A-Z_]+)` \|/gm), ([, code]) => code ?? ''));
const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n');

it('docs/errors.md has every code that the source gives', () => {
  const given = new Set(Array.from(source.matchAll(/(?:WindlassError\(\s*|\b(?:code|reason): )'([A-Z]+(?:_[A-Z]+)*)'/g), ([, code]) => code ?? ''));
  expect([...given].filter((code) => !documented.has(code))).toEqual([]);
});

it('docs/errors.md has no code that the source does not know', () => {
  expect([...documented].filter((code) => !source.includes(`'${code}'`))).toEqual([]);
});
