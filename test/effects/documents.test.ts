import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDocumentFiles } from '../../src/effects/document-files.js';
import { watchDocuments } from '../../src/effects/document-watch.js';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.js';

let directory: TemporaryDirectory;
const at = (...names: readonly string[]): string => join(directory.path, ...names);

beforeEach(async () => {
  directory = await temporaryDirectory();
  mkdirSync(at('docs', 'below'), { recursive: true });
  mkdirSync(at('docs', '.git'));
  for (const name of ['b.yaml', 'a.yml', 'c.json', 'notes.txt', '.hidden.yaml', 'below/d.yaml', '.git/e.yaml']) writeFileSync(at('docs', name), name);
});
afterEach(() => directory[Symbol.asyncDispose]());

describe('reading', () => {
  const names = async (...paths: readonly string[]): Promise<readonly string[]> =>
    (await readDocumentFiles(paths)).map(({ file }) => relative(at('docs'), file));

  it('takes folders, files of any name and patterns, each file once', async () => {
    expect(await names(at('docs'))).toEqual(['a.yml', 'b.yaml', 'below/d.yaml', 'c.json']);
    expect(await names(at('docs', 'notes.txt'), at('docs', 'b.yaml'))).toEqual(['notes.txt', 'b.yaml']);
    expect(await names(at('docs', '**', '*.yaml'))).toEqual(['b.yaml', 'below/d.yaml']);
    expect(await names(at('docs', 'b.yaml'), at('docs', '*.{yaml,json}'), at('docs'))).toEqual(['b.yaml', 'c.json', 'a.yml', 'below/d.yaml']);
    expect(await readDocumentFiles([at('docs', 'c.json')])).toEqual([{ file: at('docs', 'c.json'), text: 'c.json' }]);
  });

  it('keeps the way a path was written', async () => {
    const written = relative(process.cwd(), at('docs'));
    expect((await readDocumentFiles([`${written}/*.json`])).map(({ file }) => file)).toEqual([`${written}/c.json`]);
    expect((await readDocumentFiles([written])).map(({ file }) => file)[0]).toBe(`${written}/a.yml`);
  });

  it('prefers a name to a pattern, and follows links but not round and round', async () => {
    writeFileSync(at('docs', '[x].yaml'), 'literal');
    symlinkSync(at('docs'), at('docs', 'below', 'up'));
    symlinkSync(at('docs', 'b.yaml'), at('docs', 'below', 'link.yaml'));
    expect((await readDocumentFiles([at('docs', '[x].yaml')]))[0]?.text).toBe('literal');
    expect(await names(at('docs'))).toEqual(['[x].yaml', 'a.yml', 'b.yaml', 'below/d.yaml', 'below/link.yaml', 'c.json']);
  });

  it('names everything that is wrong', async () => {
    const nothing = readDocumentFiles([at('docs'), at('missing.yaml'), at('none', '*.yaml')]);
    await expect(nothing).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await expect(nothing).rejects.toThrow(/missing\.yaml\n.*none\/\*\.yaml/);
  });

  it('says of a file that it is too large or no text, beside the others', async () => {
    const told = async (file: string): Promise<unknown> => (await readDocumentFiles([at('docs', 'a.yml'), file])).map((read) => read.unreadable ?? read.text);
    const large = at('docs', 'large.yaml');
    writeFileSync(large, 'x'.repeat(1024 * 1024 + 1));
    expect(await told(large)).toEqual(['a.yml', { code: 'DOCUMENT_TOO_LARGE', line: 1, message: 'has 1048577 bytes; a document file has 1048576 at most: split it into several files' }]);
    writeFileSync(large, 'one: ä\ntwo: \n');
    appendFileSync(large, 'three: \xe4\n', 'latin1');
    expect(await told(large)).toEqual(['a.yml', { code: 'DOCUMENT_UNREADABLE', line: 3, message: 'is not UTF-8 text; save it in that encoding' }]);
    expect(await told('/dev/zero')).toEqual(['a.yml', { code: 'DOCUMENT_UNREADABLE', line: 1, message: 'is not a file' }]);
  });

  it('takes what is removed while it reads for not there, unless its very name was given', async () => {
    // They are listed after the one that goes, and so make its time longer.
    mkdirSync(at('docs', 'z'));
    for (let file = 0; file < 50; file += 1) writeFileSync(at('docs', 'z', `${file}.yaml`), '');
    for (let round = 0; round < 60; round += 1) {
      writeFileSync(at('docs', 'fleeting.yaml'), '');
      const reading = names(at('docs'));
      for (let turns = 0; turns < round; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      rmSync(at('docs', 'fleeting.yaml'));
      expect((await reading).filter((name) => name !== 'fleeting.yaml')).toHaveLength(54);
    }
    await expect(readDocumentFiles([at('docs', 'fleeting.yaml')])).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });

  it('does not wait for the writer of a named pipe', async () => {
    execFileSync('mkfifo', [at('pipe.yaml')]);
    expect(await readDocumentFiles([at('pipe.yaml')])).toMatchObject([{ unreadable: { code: 'DOCUMENT_UNREADABLE', message: 'is not a file' } }]);
  });
});

describe('watching', () => {
  it('tells writes, renames, removals and new folders, and nothing else', { timeout: 10_000 }, async () => {
    const told: (readonly string[])[] = [];
    await using _watch = await watchDocuments([at('docs')], (changed) => told.push(changed.map((path) => relative(at('docs'), path))));
    const next = async (): Promise<readonly string[]> => {
      while (told.length === 0) await delay(5);
      return told.shift() ?? [];
    };

    writeFileSync(at('docs', 'notes.txt'), 'not a document');
    writeFileSync(at('docs', '.hidden.yaml'), 'nor this');
    writeFileSync(at('docs', 'a.yml'), 'changed');
    expect(await next()).toEqual(['a.yml']);

    writeFileSync(at('docs', '.b.swp'), 'as editors do');
    renameSync(at('docs', '.b.swp'), at('docs', 'b.yaml'));
    expect(await next()).toEqual(['b.yaml']);

    rmSync(at('docs', 'c.json'));
    expect(await next()).toEqual(['c.json']);

    mkdirSync(at('docs', 'new'));
    writeFileSync(at('docs', 'new', 'f.yaml'), 'f');
    expect(await next()).toEqual(['new/f.yaml']);
    expect(told).toEqual([]);
  });

  it('does not tell half of a file', async () => {
    const told: number[] = [];
    await using _watch = await watchDocuments([at('docs', 'a.yml')], () => told.push(performance.now()));
    for (let part = 0; part < 8; part += 1) {
      writeFileSync(at('docs', 'a.yml'), 'x'.repeat(part + 10));
      await delay(25);
    }
    const finished = performance.now() - 100;
    while (told.length === 0) await delay(5);
    expect(told[0]).toBeGreaterThan(finished);
  });

  it('sees a file that is removed and comes back, and files that begin to match', async () => {
    let told = 0;
    await using _watch = await watchDocuments([at('docs', 'a.yml'), at('docs', 'below', '*.yaml')], () => (told += 1));
    const more = async (before: number): Promise<void> => {
      while (told === before) await delay(5);
    };
    rmSync(at('docs', 'a.yml'));
    await more(0);
    writeFileSync(at('docs', 'a.yml'), 'back');
    await more(1);
    writeFileSync(at('docs', 'below', 'late.yaml'), 'late');
    await more(2);
  });
});
