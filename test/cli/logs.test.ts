import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceText, lastEvidence } from '../../src/cli/logs/evidence.js';
import { followFile } from '../../src/cli/logs/follow-file.js';
import { lastLines } from '../../src/cli/logs/last-lines.js';
import { createLineGate } from '../../src/cli/logs/line-gate.js';
import { painter } from '../../src/cli/text/paint.js';
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

describe('a log as JSON lines', () => {
  const lines = (text: string): readonly string[] => text.split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { line: string }).line);

  it('are whole lines, wherever the chunks begin', () => {
    const bytes = Buffer.from('ä one\r\ntwo\n\nthree');
    for (let at = 0; at <= bytes.length; at += 1) {
      const gate = createLineGate();
      expect(lines(gate.push(bytes.subarray(0, at)) + gate.push(bytes.subarray(at)) + gate.end())).toEqual(['ä one', 'two', '', 'three']);
    }
  });

  it('end lines that a guest never ends, and keep nothing back at the end', () => {
    const gate = createLineGate();
    expect(lines(gate.push(Buffer.from('x'.repeat(70_000))))).toEqual(['x'.repeat(65_536)]);
    expect(lines(gate.end())).toEqual(['x'.repeat(70_000 - 65_536)]);
    expect(gate.end()).toBe('');
  });
});

describe('evidence of the last failure', () => {
  it('begins with why it ended, and has the last lines of each log', async () => {
    await using directory = await temporaryDirectory();
    for (const bundle of ['000001', '000002']) {
      await mkdir(join(directory.path, 'evidence', bundle), { recursive: true });
      await writeFile(join(directory.path, 'evidence', bundle, 'console.log'), `a\n\u001b[2Jb ${bundle}\n`);
      await writeFile(join(directory.path, 'evidence', bundle, 'end.json'), '{\n  "cause": "vmm-exit"\n}\n');
    }
    const found = await lastEvidence(directory.path, 1);
    expect(found).toEqual({
      directory: join(directory.path, 'evidence/000002'),
      files: [
        { name: 'end.json', text: '{\n  "cause": "vmm-exit"\n}\n' },
        { name: 'console.log', text: '\u001b[2Jb 000002\n' },
      ],
    });
    expect(evidenceText(found, painter(false))).toBe(`== ${found.directory}/end.json\n{\n  "cause": "vmm-exit"\n}\n\n== ${found.directory}/console.log\n\\x1b[2Jb 000002\n`);
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

  it.each([
    ['schema', '--out', '/nonexistent/windlass/schema.json'],
    ['diagram', '--format', 'mermaid', '--out', '/nonexistent/windlass/domain.mmd'],
  ])('%s says that it cannot write where it was told to', async (...argv) => {
    const { code, err, out } = await say([...argv, '-o', 'json']);
    expect(code).toBe(1);
    expect(err).toContain(`cannot write ${argv.at(-1) ?? ''}: ENOENT`);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'OUTPUT_UNWRITABLE' } });
  });

  it('diagram names its file in one JSON value', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'node.mmd');
    const { out } = await say(['diagram', 'node', '--format', 'mermaid', '--out', file, '-o', 'json']);
    expect(JSON.parse(out)).toEqual({ ok: true, machine: 'node', format: 'mermaid', file });
  });
});
