import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { xlConfigText } from '../../../src/hypervisor-adapters/xen/render/xl-config.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../effects/temporary-directory.js';
import { goldenDocuments } from './golden-documents.js';
import { configOf, planned } from './plan-requests.js';
import { complaintsOf, expectAsMeant, type Understood } from './understood-by-xl.js';

const files = inject('xenstored');
const run = promisify(execFile);
let scratch: TemporaryDirectory;

beforeAll(async () => {
  scratch = await temporaryDirectory();
  if (!('missing' in files)) await run('gcc', ['-shared', '-fPIC', '-o', `${scratch.path}/no-hypervisor.so`, join(import.meta.dirname, 'no-hypervisor.c')]);
});
afterAll(() => scratch[Symbol.asyncDispose]());

/** Reads xl.cfg as the anchor would, and makes nothing: the domain as xl prints it, and what it complains of. */
async function readByXl(text: string, argument: string): Promise<{ readonly domain: Understood; readonly complaints: readonly string[] }> {
  if ('missing' in files) throw new Error(files.missing);
  const path = `${scratch.path}/xl.cfg`;
  await writeFile(path, text);
  const env = { LD_PRELOAD: `${scratch.path}/no-hypervisor.so`, LD_LIBRARY_PATH: files.libraries, PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  const { stdout, stderr } = await run(join(files.binaries, 'xl'), ['create', '-n', path, argument], { env, timeout: 10_000 });
  return { domain: JSON.parse(stdout) as Understood, complaints: complaintsOf(stderr) };
}

describe.skipIf('missing' in files)('the genuine xl', () => {
  it.each(Object.entries(goldenDocuments))('takes the golden configuration %s without a complaint, and as it was meant', async (_name, { spec, facts }) => {
    const plan = planned(spec, facts);
    const { domain, complaints } = await readByXl(configOf(plan), plan.recipe.marker);
    expect(complaints).toEqual([]);
    expectAsMeant(domain, plan);
  });

  it('reads any text as it was written', { timeout: 60_000 }, async () => {
    const text = fc
      .oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.array(fc.constantFrom('"', "'", '\\', '#', ';', '[', ']', ',', '=', 'n', 'x41', ' ', 'a'), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')))
      .filter((written) => !/[\p{Cc}\p{Cs}]/u.test(written));
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { minLength: 1, maxLength: 4 }), async (cmdline, list) => {
        const settings = { name: 'a', type: 'hvm', kernel: '/k', cmdline, device_model_args_hvm: list };
        const { domain } = await readByXl(xlConfigText(Object.entries(settings).map(([key, value]) => ({ key, value, field: 'spec' }))), 'memory=8');
        expect(domain.b_info).toMatchObject({ cmdline, extra_hvm: list });
      }),
      { numRuns: 60 },
    );
  });

  it('would have complained of a setting that it does not understand', async () => {
    const plan = planned({ memory: '64Mi', boot: { kernel: '/k' } });
    const { complaints } = await readByXl(`${configOf(plan)}vif = [ "nonsense" ]\n`, plan.recipe.marker);
    expect(complaints.join()).toContain('nonsense');
    await expect(readByXl(`${configOf(plan)}disk = [ "vdev=xvda" ]\n`, plan.recipe.marker)).rejects.toThrow(/no target specified/);
  });
});
