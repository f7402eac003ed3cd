import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostSecrets } from '../../src/effects/secrets.js';
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';

let scratch: TemporaryDirectory;
beforeEach(async () => {
  scratch = await temporaryDirectory();
});
afterEach(async () => {
  delete process.env['WINDLASS_TEST_SECRET'];
  await scratch[Symbol.asyncDispose]();
});

async function inFile(content: string): Promise<string> {
  const file = `${scratch.path}/secret`;
  await writeFile(file, content);
  return hostSecrets.read({ file });
}

it('a secret is what a file holds, without the line break at its end, or what a variable holds', async () => {
  expect(await inFile('hunter2')).toBe('hunter2');
  expect(await inFile(' hunter 2 \n')).toBe(' hunter 2 ');
  process.env['WINDLASS_TEST_SECRET'] = 'hunter3';
  expect(await hostSecrets.read({ env: 'WINDLASS_TEST_SECRET' })).toBe('hunter3');
});

it('one that is missing is told by its place', async () => {
  await expect(hostSecrets.read({ file: `${scratch.path}/none` })).rejects.toMatchObject({ code: 'SECRET_ABSENT', retryable: true, message: `there is no file ${scratch.path}/none` });
  await expect(hostSecrets.read({ env: 'WINDLASS_TEST_SECRET' })).rejects.toMatchObject({ code: 'SECRET_ABSENT', message: 'there is no environment variable WINDLASS_TEST_SECRET' });
});

it('a place that is no file is refused, and nobody waits for it to say something', async () => {
  execFileSync('mkfifo', [`${scratch.path}/pipe`]);
  for (const file of [scratch.path, `${scratch.path}/pipe`, '/dev/zero']) {
    await expect(hostSecrets.read({ file })).rejects.toMatchObject({ code: 'SECRET_REFUSED', message: `${file} is no file` });
  }
});

it.each([
  ['nothing', '\n'],
  ['several lines', 'hunter2\nhunter3\n'],
  ['a file that was named by mistake', 'hunter2'.repeat(1_000)],
])('%s is refused, and nothing of it is told', async (_, content) => {
  const refusal: unknown = await inFile(content).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'SECRET_REFUSED', retryable: true });
  expect(String(refusal)).not.toContain('hunter');
});
