import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { invocationOf } from '../../src/cli/invocation.js';
import { followDocuments } from '../../src/cli/up/follow-documents.js';
import { readDocumentFiles } from '../../src/index.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';

const sound = (memory: string): string => `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: a }\nspec: { memory: ${memory} }\n`;

it.concurrent.each(['table', 'json'] as const)('what is wrong with an edit is told, as %s, and the next sound one is applied', { timeout: 20_000 }, async (output) => {
  await using directory = await temporaryDirectory();
  const folder = join(directory.path, 'docs');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.yaml'), sound('32Mi'));
  let out = '';
  let notes = '';
  const terminal = { env: {}, workingDirectory: directory.path, out: (text: string) => void (out += text), err: () => undefined, size: () => undefined, colour: false };
  const applied: unknown[] = [];
  const apply: Parameters<typeof followDocuments>[1]['engine']['apply'] = (documents) => {
    applied.push(documents.map(({ document }) => document.spec.memory.size));
    return Promise.resolve({ revision: applied.length, created: [], changed: ['a'], removed: [] });
  };
  const files = await readDocumentFiles([folder]);
  await using _watch = await followDocuments(invocationOf('windlass up', { output }, terminal), { engine: { apply }, paths: [folder], files, note: (text) => void (notes += text) });

  writeFileSync(join(folder, 'a.yaml'), sound('much'));
  await vi.waitFor(() => expect(notes).toMatch(/a\.yaml:4:17 spec\.memory: .*\n1 problem in 1 file; nothing is applied\n/), 5_000);
  renameSync(folder, `${folder}.away`);
  await vi.waitFor(() => expect(notes).toMatch(/DOCUMENT_NOT_FOUND[^]*the present state stays\n/), 5_000);
  expect(applied).toEqual([]);
  renameSync(`${folder}.away`, folder);
  writeFileSync(join(folder, 'a.yaml'), sound('64Mi'));
  await vi.waitFor(() => expect(applied).toEqual([[64 * 2 ** 20]]), 5_000);
  rmSync(join(folder, 'a.yaml'));
  await vi.waitFor(() => expect(applied.at(-1)).toEqual([]), 5_000);

  const values = out.split('\n').slice(0, -1).map((line) => JSON.parse(line) as unknown);
  if (output === 'table') expect(values).toEqual([]);
  else {
    expect(values[0]).toMatchObject({ ok: false, problems: [{ code: 'VALUE_INVALID' }] });
    expect(values[1]).toMatchObject({ ok: false, error: { code: 'DOCUMENT_NOT_FOUND' } });
  }
});
