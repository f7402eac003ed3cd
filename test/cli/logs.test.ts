import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followFile } from '../../src/cli/logs/follow-file.js';
import { lastLines } from '../../src/cli/logs/last-lines.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';
import { say } from './fake-terminal.js';

describe('the last lines of a file', () => {
  it.each([
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\nb\n', 9, 'a\nb\n'],
    ['a\n\n\n', 2, '\n\n'],
    ['', 3, ''],
    ['a\nb\n', 0, ''],
  ])('%j, %d: %j', async (content, lines, tail) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'log');
    await writeFile(path, content);
    expect(await lastLines(path, lines)).toBe(tail);
  });

  it('are found across chunks, and in no file at all', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'log');
    const long = Array.from({ length: 5 }, (_, index) => `${index}${'x'.repeat(50_000)}\n`);
    await writeFile(path, long.join(''));
    expect(await lastLines(path, 3)).toBe(long.slice(2).join(''));
    expect(await lastLines(join(directory.path, 'none'), 3)).toBe('');
  });
});

describe('following a file', () => {
  it('goes on as it is written, begun anew, and ends at the signal', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'log');
    await writeFile(path, 'one ');
    const stop = new AbortController();
    const end = (): Promise<void> => {
      stop.abort();
      return Promise.resolve();
    };
    const steps: (() => Promise<void>)[] = [() => appendFile(path, 'two '), () => writeFile(path, 'new'), end];
    let text = '';
    for await (const bytes of followFile(path, { from: 0, follow: true, signal: stop.signal })) {
      text += bytes.toString();
      await steps.shift()?.();
    }
    expect(text).toBe('one two new');
  });
});

describe('windlass on a directory without an engine', () => {
  it('lists nothing where nothing is', async () => {
    await using directory = await temporaryDirectory();
    expect(await say(['get'], { env: { WINDLASS_STATE_DIR: directory.path } })).toEqual({ code: 0, out: `no domains in ${directory.path}\n`, err: '' });
    const { out } = await say(['get', '-o', 'json', '--state-dir', join(directory.path, 'none')]);
    expect(JSON.parse(out)).toMatchObject({ engine: null, domains: [], orphans: [] });
  });

  it.each(['describe', 'logs', 'console'])('%s of an unknown domain says which there are', async (command) => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'qemu'));
    const { code, err } = await say([command, 'web', '--state-dir', directory.path]);
    expect(code).toBe(1);
    expect(err).toBe(`windlass ${command}: there is no domain "web" (DOMAIN_UNKNOWN)\n  to mend it: there are none in this state directory; --state-dir names another\n`);
  });

  it('has nothing to halt', async () => {
    await using directory = await temporaryDirectory();
    expect(await say(['down', '--all', '--state-dir', directory.path])).toEqual({ code: 0, out: `nothing to halt in ${directory.path}\n`, err: '' });
  });
});
