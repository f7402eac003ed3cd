import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../effects/temporary-directory.js';
import { say } from './fake-terminal.js';

const sound = (name: string): string => `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${name} }\nspec: { memory: 32Mi }\n`;

describe('validate', () => {
  it('counts sound documents', async () => {
    expect(await say(['validate', 'examples'])).toEqual({ code: 0, out: '3 documents are valid\n', err: '' });
  });

  it('says so in one JSON value', async () => {
    const { code, out } = await say(['validate', 'examples/hello.yaml', '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ ok: true, documents: [{ name: 'hello', position: { file: 'examples/hello.yaml', line: 3, column: 1 } }] });
  });

  it('names every mistake of every file at once, where it is and what is allowed', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'set'));
    await writeFile(join(directory.path, 'set/a.yaml'), sound('one'));
    await writeFile(join(directory.path, 'set/b.yaml'), sound('two').replace('memory: 32Mi', 'memory: 32 pounds, disk: []'));
    await writeFile(join(directory.path, 'set/c.yaml'), sound('one'));
    const { code, err, out } = await say(['validate', join(directory.path, 'set')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.replaceAll(directory.path, '')).toMatchInlineSnapshot(`
      "/set/b.yaml:4:17 spec.memory: "32 pounds" is not a size; write a number of bytes or a number with Ki, Mi, Gi, Ti, K, M, G, T, such as 64Mi
      /set/b.yaml:4:28 spec.disk: unknown field "disk"; did you mean "disks"?
      /set/c.yaml:3:19 metadata.name: "one" is already the name of the domain at /set/a.yaml:3:19
      3 problems in 2 files; nothing is applied
      "
    `);
    const json = await say(['validate', join(directory.path, 'set'), '-o', 'json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, problems: [{ code: 'VALUE_INVALID' }, { code: 'FIELD_UNKNOWN' }, { code: 'DUPLICATE_DOMAIN' }] });
  });

  it('lets no control character of a document reach the terminal', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'x.yaml'), `${sound('one')}"\\e[2Jfield": 1\n`);
    const { err } = await say(['validate', join(directory.path, 'x.yaml')]);
    expect(err).not.toContain('\u001b');
  });

  it('names a path that is not there, without a stack', async () => {
    const { code, err, out } = await say(['validate', '/nonexistent/x.yaml', '-o', 'json']);
    expect(code).toBe(1);
    expect(err).toMatch(/^windlass validate: there is no file or folder \/nonexistent\/x.yaml \(DOCUMENT_NOT_FOUND\)\n/);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'DOCUMENT_NOT_FOUND' } });
  });

  it('tells of files without a readable text beside the mistakes of the others', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'a.yaml'), `${sound('one')}# ${'x'.repeat(1024 * 1024)}`);
    await writeFile(join(directory.path, 'b.yaml'), Buffer.from(`${sound('two')}# caf\xe9\n`, 'latin1'));
    await writeFile(join(directory.path, 'c.yaml'), sound('three').replace('32Mi', '.nan'));
    const { code, err } = await say(['validate', directory.path]);
    expect(code).toBe(1);
    expect(err.replaceAll(`${directory.path}/`, '')).toMatchInlineSnapshot(`
      "a.yaml:1:1 has 1048662 bytes; a document file has 1048576 at most: split it into several files
      b.yaml:5:1 is not UTF-8 text; save it in that encoding
      c.yaml:4:17 spec.memory: .nan is not a plain decimal number; write one, or put it in quotes if it is text
      3 problems in 3 files; nothing is applied
      "
    `);
    const { out } = await say(['validate', directory.path, '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ code: 'DOCUMENT_TOO_LARGE' }, { code: 'DOCUMENT_UNREADABLE', position: { line: 5 } }, { code: 'VALUE_INVALID' }] });
  });
});
