/** Pages for readers name tests, files and commands; what they name must be there. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/architecture.md', 'docs/reliability.md', 'docs/performance.md', 'docs/adapters/xen.md', 'docs/adapters/xen-evidence.md', 'test/lab/xen/README.md'];

function text(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

it('every test that docs/reliability.md names is in the file it names', () => {
  const missing = [...text('docs/reliability.md').matchAll(/^- `(test\/[^`]+)`(.*)$/gm)].flatMap(([, file = '', names = '']) => {
    const source = existsSync(join(repository, file)) ? text(file) : '';
    const absent = [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name).filter((name) => !source.includes(`'${name}'`));
    return source === '' ? [file] : absent.map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});

it.each(pages)('%s links only to what is there', (page) => {
  const links = [...text(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link).filter((link) => !/^https?:/.test(link));
  expect(links.filter((link) => !existsSync(join(repository, dirname(page), link)))).toEqual([]);
});

it.each(pages)('%s names only scripts that package.json has, and no path of one machine', (page) => {
  const { scripts } = JSON.parse(text('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = [...text(page).matchAll(/npm (?:run ([\w:-]+)|(test))\b/g)].map(([, run, test]) => run ?? test ?? '');
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  expect(text(page)).not.toMatch(/\/(tmp|work|home|root)\//);
});
