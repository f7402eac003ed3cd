import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { domainMachine } from '../../src/machines/domain.js';
import { nodeMachine } from '../../src/machines/node.js';

/** The first paragraph of the comment at the head of a file, as one line. */
async function accountIn(file: string): Promise<string> {
  const text = await readFile(new URL(`../../src/machines/${file}`, import.meta.url), 'utf8');
  const [, comment = ''] = /^\/\*\*(.*?)\*\//s.exec(text) ?? [];
  const [first = ''] = comment.replace(/^ ?\* ?/gm, '').trim().split(/\n\s*\n/);
  return first.replace(/\s+/g, ' ').trim();
}

describe('the account at the head of a machine', () => {
  it.each([
    ['domain.ts', domainMachine],
    ['node.ts', nodeMachine],
  ] as const)('%s begins with what the picture is titled', async (file, machine) => {
    const { description = '' } = machine.root;
    expect(description).not.toBe('');
    expect((await accountIn(file)).startsWith(description)).toBe(true);
  });
});
