import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { say } from './fake-terminal.js';

// Graphviz and the renderer are loaded by the first picture.
vi.setConfig({ testTimeout: 30_000 });

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'windlass-diagram-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const escape = '\u001b';
const size = { columns: 120, rows: 40 };

describe('windlass diagram', () => {
  it('draws one screen of the domain machine, and says where it is', async () => {
    const file = join(folder, 'domain.svg');
    const { code, err, out } = await say(['diagram', '--out', file]);
    expect({ code, err, out }).toEqual({ code: 0, err: `wrote ${file}\n`, out: '' });
    expect(await readFile(file, 'utf8')).toBe(await readFile('diagrams/domain.svg', 'utf8'));
  });

  it('draws all of it when asked for details', async () => {
    const { out } = await say(['diagram', 'node', '--detail', '--out', '-']);
    expect(out).toBe(await readFile('diagrams/node.detail.svg', 'utf8'));
  });

  it.each([
    ['dot', 'node.dot'],
    ['mermaid', 'node.mmd'],
  ])('tells %s as text', async (format, file) => {
    expect((await say(['diagram', 'node', '--format', format, '--out', '-'])).out).toBe(await readFile(`diagrams/${file}`, 'utf8'));
  });

  it('writes a PNG', async () => {
    const file = join(folder, 'node.png');
    expect((await say(['diagram', 'node', '--format', 'png', '--out', file])).code).toBe(0);
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('shows the picture itself in a terminal that can', async () => {
    const kitty = await say(['diagram', 'node'], { env: { TERM: 'xterm-kitty' }, size });
    const chunks = [...kitty.out.matchAll(new RegExp(`${escape}_G(?<keys>[^;]*);(?<data>[^${escape}]*)${escape}\\\\`, 'g'))].map(({ groups }) => groups);
    expect(chunks[0]?.['keys']).toBe('a=T,f=100,m=1');
    expect(chunks.at(-1)?.['keys']).toBe('m=0');
    expect(chunks.every((chunk) => (chunk?.['data'] ?? '').length <= 4096)).toBe(true);
    const iterm = await say(['diagram', 'node'], { env: { TERM_PROGRAM: 'iTerm.app' }, size });
    const [, bytes, data = ''] = new RegExp(`${escape}\\]1337;File=inline=1;size=(\\d+):([A-Za-z0-9+/=]*)`).exec(iterm.out) ?? [];
    const png = Buffer.from(data, 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(Number(bytes)).toBe(png.byteLength);
    expect(chunks.map((chunk) => chunk?.['data'] ?? '').join('')).toBe(data);
    expect(kitty.err + iterm.err).toBe('');
  });

  it.each([
    [['diagram', 'engine'], 2, 'there is no machine "engine": the machines are domain, node'],
    [['diagram', '--format', 'gif'], 2, 'Allowed choices are svg, dot, mermaid, png'],
    [['diagram', '--format', 'png', '--out', '-'], 2, '--out - is for text; a png wants a file'],
    [['diagram', '--format', 'dot', '--live', 'web'], 2, '--live lights a state of the domain machine, in an svg or png'],
    [['diagram', 'node', '--live', 'web'], 2, '--live lights a state of the domain machine, in an svg or png'],
    [['diagram', 'node', '--out', '/nonexistent/node.svg'], 1, 'windlass diagram: cannot write /nonexistent/node.svg: ENOENT'],
  ])('%j is refused with words', async (argv, code, words) => {
    const spoken = await say(argv);
    expect(spoken.code).toBe(code);
    expect(spoken.err).toContain(words);
    expect(spoken.err).not.toContain('defect');
  });
});
