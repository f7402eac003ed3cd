import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostPorts } from '../../src/effects/host-ports.js';
import { temporaryDirectory } from './temporary-directory.js';

const { processes, ...rest } = hostPorts();
afterAll(() => rest.close());

const node = (script: string): readonly [string, readonly string[]] => [process.execPath, ['-e', script]];
/** Passes its stdin on. */
const copy = node('process.stdin.pipe(process.stdout)');

describe('the output of a command', () => {
  it('is made of a part of a file, and searched', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'file');
    await writeFile(path, 'before|inside|after');
    const within = (sought: string): Promise<boolean> =>
      processes.searchOutput(...copy, { input: { path, offset: 7, length: 6 }, sought: Buffer.from(sought), timeout: 10_000 });
    expect(await within('inside')).toBe(true);
    expect(await within('|inside')).toBe(false);
    expect(await within('inside|')).toBe(false);
  });

  it('is searched over the borders of its pieces, and the command is killed once the bytes are there', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'file');
    await writeFile(path, 'x');
    const slow = node("process.stdin.resume(); process.stdout.write('over the bor', () => setTimeout(() => process.stdout.write('der'), 100)); setTimeout(() => undefined, 60000)");
    const search = { input: { path, offset: 0, length: 1 }, sought: Buffer.from('border'), timeout: 10_000 };
    const began = performance.now();
    expect(await processes.searchOutput(...slow, search)).toBe(true);
    expect(performance.now() - began).toBeLessThan(9_000);
  });

  it('of a command that ends before it has read everything is judged by how that ended', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'file');
    const length = 4 * 1024 * 1024;
    await writeFile(path, Buffer.alloc(length));
    const search = { input: { path, offset: 0, length }, sought: Buffer.from('y'), timeout: 10_000 };
    expect(await processes.searchOutput(...node("process.stdout.write('n'); process.exitCode = 0; process.stdin.destroy()"), search)).toBe(false);
    await expect(processes.searchOutput(...node('process.exit(3)'), search)).rejects.toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringContaining('it ended with 3') as unknown });
  });

  it('that does not come in time, of no command and of no file, is an error', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'file');
    await writeFile(path, 'x');
    const search = { input: { path, offset: 0, length: 1 }, sought: Buffer.from('y'), timeout: 300 };
    await expect(processes.searchOutput(...node('setTimeout(() => undefined, 60000)'), search)).rejects.toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringContaining('after 300 ms') as unknown });
    await expect(processes.searchOutput('/no/such/command', [], search)).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
    const absent = { ...search, input: { ...search.input, path: join(directory.path, 'absent') }, timeout: 10_000 };
    await expect(processes.searchOutput(...copy, absent)).rejects.toMatchObject({ code: 'FILE_ABSENT' });
  });
});
