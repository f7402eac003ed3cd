import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { hostFiles } from '../../src/effects/files.js';
import { type CacheFile, cacheFile } from '../../src/hypervisor-adapters/cache-file.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';

const shape = z.strictObject({ known: z.number() });

async function cache(): Promise<{ readonly directory: string; readonly file: CacheFile<z.output<typeof shape>> }> {
  const scratch = await temporaryDirectory();
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  const directory = `${scratch.path}/state`;
  return { directory, file: cacheFile(hostFiles, directory, 'known.json', shape) };
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o7777;

it('remembers, in a file and a directory for its user alone', async () => {
  const { directory, file } = await cache();
  expect(await file.read()).toBeUndefined();
  await file.write({ known: 1 });
  expect(await file.read()).toEqual({ known: 1 });
  expect([await modeOf(directory), await modeOf(`${directory}/known.json`)]).toEqual([0o700, 0o600]);
});

it('leaves a directory that holds other things as it is, and writes nothing where others may write', async () => {
  const { directory, file } = await cache();
  await mkdir(directory);
  await writeFile(`${directory}/other`, '');
  await chmod(directory, 0o755);
  await file.write({ known: 1 });
  expect([await modeOf(directory), await readdir(directory)]).toEqual([0o755, ['known.json', 'other']]);

  await chmod(directory, 0o777);
  await file.write({ known: 2 });
  expect([await modeOf(directory), await readFile(`${directory}/known.json`, 'utf8')]).toEqual([0o777, '{"known":1}\n']);
});

it.each(['', 'no JSON', '{"known":"one"}', '{"known":1,"more":2}', '[]'])('knows nothing where the file says %o', async (text) => {
  const { directory, file } = await cache();
  await mkdir(directory);
  await writeFile(`${directory}/known.json`, text);
  expect(await file.read()).toBeUndefined();
});

it('is content where nothing can be written', async () => {
  const { directory, file } = await cache();
  await writeFile(directory, 'a file stands where the directory should be');
  await file.write({ known: 1 });
  expect(await file.read()).toBeUndefined();
});
