import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { domainMachine } from '../../src/machines/domain.js';
import { nodeMachine } from '../../src/machines/node.js';

/** The first paragraph of the comment that a file begins with, on one line. */
function account(file: string): string {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(new URL(file, import.meta.url), 'utf8')) ?? [];
  const [first = ''] = comment.replace(/^ *\* ?/gm, '').trim().split(/\n\s*\n/);
  return first.replace(/\s+/g, ' ').trim();
}

it.each([
  ['../../src/machines/domain.ts', domainMachine.config.description],
  ['../../src/machines/node.ts', nodeMachine.config.description],
])('%s says at its head what its machine says of itself', (file, description) => {
  expect(account(file)).toBe(description);
  expect(description?.length).toBeGreaterThan(100);
});
