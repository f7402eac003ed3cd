import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchDocuments } from '../../src/effects/document-watch.js';
import { temporaryDirectory } from './temporary-directory.js';

type At = (...names: readonly string[]) => string;

it.concurrent.each([
  ['was away for a while', away],
  ['was removed and made anew', madeAnew],
  ['gave its name to another', swapped],
  ['is a link that is pointed anew', pointedAnew],
] as const)('a watch goes on with a folder that %s', { timeout: 30_000 }, async (_, replace) => {
  await using directory = await temporaryDirectory();
  const at: At = (...names) => join(directory.path, ...names);
  mkdirSync(at('docs'));
  writeFileSync(at('docs', 'a.yaml'), 'a');
  let told: string[] = [];
  await using _watch = await watchDocuments([at('docs')], (changed) => told.push(...changed.map((path) => relative(directory.path, path))));
  const next = async (path: string): Promise<void> => {
    while (!told.includes(path)) await delay(5);
  };
  await replace(at);
  await next('docs');
  // What belongs to the same change may be told in its own turn.
  await delay(1_500);
  told = [];
  writeFileSync(at('docs', 'z.yaml'), 'z');
  await next('docs/z.yaml');
  await delay(200);
  told = [];
  rmSync(at('docs', 'z.yaml'));
  await next('docs/z.yaml');
  expect(told).toEqual(['docs/z.yaml']);
});

async function away(at: At): Promise<void> {
  renameSync(at('docs'), at('elsewhere'));
  await delay(1_200);
  renameSync(at('elsewhere'), at('docs'));
}

function madeAnew(at: At): void {
  rmSync(at('docs'), { recursive: true });
  mkdirSync(at('docs'));
}

function swapped(at: At): void {
  mkdirSync(at('next'));
  renameSync(at('docs'), at('former'));
  renameSync(at('next'), at('docs'));
}

function pointedAnew(at: At): void {
  mkdirSync(at('next'));
  symlinkSync(at('next'), at('link'));
  renameSync(at('docs'), at('former'));
  renameSync(at('link'), at('docs'));
}
