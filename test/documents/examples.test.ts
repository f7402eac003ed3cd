import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../src/documents/parse.js';
import { formatProblem } from '../../src/documents/problems.js';

const directory = fileURLToPath(new URL('../../examples/', import.meta.url));
const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml'));
const sources = await Promise.all(
  names.map(async (name) => ({ file: `${directory}${name}`, text: await readFile(`${directory}${name}`, 'utf8') })),
);
const result = parseDocuments(sources);

describe('the examples', () => {
  it('are sound, and stand beside each other', () => {
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
    expect(result.ok && result.documents.map(({ document }) => document.metadata.name).sort()).toEqual(['hello', 'web', 'worker']);
  });

  it('boot the heartbeat guest, from an image that they share and therefore only read', () => {
    for (const { document } of result.ok ? result.documents : []) {
      expect(document.spec.disks).toMatchObject([
        { format: 'raw', readOnly: true, image: expect.stringMatching(/[^.]\/guests\/heartbeat\/heartbeat\.img$/) as string },
      ]);
    }
  });

  it('tell an editor where the schema is', () => {
    for (const { text } of sources) expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schema/windlass-v1.schema.json');
  });
});
