import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EvidenceRequest, keepEvidence, lastWords } from '../../src/actors/evidence.js';
import { layoutOf } from '../../src/anchors/layout.js';
import { hostPorts } from '../../src/effects/host-ports.js';
import type { FilePort } from '../../src/effects/ports/files.js';
import { endOf } from '../machines/support/documents.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windlass-evidence-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const tryToKeep = async (incarnation: number, adapter: EvidenceRequest['adapter'] = {}, files: Partial<FilePort> = {}) => {
  await using ports = hostPorts();
  const layout = layoutOf(root, 'qemu', 'web');
  return await keepEvidence({ ...ports, files: { ...ports.files, ...files } }, { adapter, layout, incarnation, end: endOf({ incarnation }), details: undefined, transcript: ['> quit', '< ok'], exit: null });
};

const keep = async (...kept: Parameters<typeof tryToKeep>) => {
  const { evidence, lastWords: words } = await tryToKeep(...kept);
  if (evidence === null) throw new Error(`it was not kept: ${words}`);
  return { evidence, lastWords: words };
};

it('is bounded in number: of a guest that crashes again and again, the last five ends are kept', async () => {
  mkdirSync(join(root, 'qemu/web'), { recursive: true });
  for (const incarnation of [1, 2, 3, 9, 10, 11, 100]) await keep(incarnation);

  const bundles = readdirSync(join(root, 'qemu/web/evidence'));
  expect(bundles.sort()).toEqual(['000003', '000009', '000010', '000011', '000100']);
  expect(JSON.parse(readFileSync(join(root, 'qemu/web/evidence/000100/end.json'), 'utf8'))).toMatchObject({ end: { incarnation: 100 }, argv: [] });
});

it('is bounded in size: of each log the end is kept, and it stays where it was', async () => {
  const directory = join(root, 'qemu/web');
  mkdirSync(directory, { recursive: true });
  const log = `${'x'.repeat(300_000)}\nassertion failed\n`;
  writeFileSync(join(directory, 'anchor.log'), log);
  writeFileSync(join(directory, 'console.log'), 'y'.repeat(300_000));
  const { evidence, lastWords: words } = await keep(1);

  for (const name of ['anchor.log', 'console.log']) expect(statSync(join(evidence, name)).size).toBe(65_536);
  expect(readFileSync(join(evidence, 'anchor.log'), 'utf8')).toMatch(/x\nassertion failed\n$/);
  expect(readFileSync(join(evidence, 'channel.log'), 'utf8')).toBe('> quit\n< ok\n');
  expect(words).toHaveLength(401);
  expect(words).toMatch(/^…x+ \| assertion failed$/);
  expect(readFileSync(join(directory, 'anchor.log'), 'utf8')).toBe(log);
});

it('has the last two lines that say something for last words, and none where nothing was said', () => {
  expect(lastWords('one\n\n two \nthree\n\n')).toBe('two | three');
  expect(lastWords('\n \n')).toBe('');
});

it('has the first complaint among its last words where lines can be told to complain, and not only those of cleaning up', () => {
  const complains = (line: string): boolean => line.startsWith('!');
  const log = '! no such disk\nundoing\n! undoing a: failed\n! undoing b: failed\ndone\n';
  expect(lastWords(log, complains)).toBe('! no such disk | done');
  expect(lastWords(log)).toBe('! undoing b: failed | done');
  // Two are the last words as they stand.
  expect(lastWords('! no such disk\nundoing\n! undone\n', complains)).toBe('undoing | ! undone');
});

it('has the end of other logs that the adapter knows of, and says why where one cannot be read', async () => {
  const directory = join(root, 'qemu/web');
  const path = join(root, 'other.log');
  mkdirSync(join(root, 'locked'));
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, `${'x'.repeat(300_000)}\ncannot load the kernel\n`);
  const runLogs = () => Promise.resolve([{ name: 'other.log', path }, { name: 'locked.log', path: join(root, 'locked') }]);
  const { evidence, lastWords: words } = await keep(1, { runLogs });

  expect(readdirSync(evidence).sort()).toEqual(['anchor.log', 'channel.log', 'console.log', 'end.json', 'locked.log', 'other.log']);
  expect(statSync(join(evidence, 'other.log')).size).toBe(65_536);
  expect(readFileSync(join(evidence, 'other.log'), 'utf8')).toMatch(/x\ncannot load the kernel\n$/);
  expect(readFileSync(join(evidence, 'locked.log'), 'utf8')).toMatch(/^cannot read .*locked: EISDIR/);
  expect(words).toBe('');
});

it('is kept where the adapter cannot tell which other logs there are, and says why', async () => {
  const directory = join(root, 'qemu/web');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'anchor.log'), 'assertion failed\n');
  const { evidence, lastWords: words } = await keep(1, { runLogs: () => Promise.reject(new Error('EACCES: /var/log/xen')) });

  expect(readdirSync(evidence).sort()).toEqual(['anchor.log', 'channel.log', 'console.log', 'end.json', 'other-logs.log']);
  expect(readFileSync(join(evidence, 'other-logs.log'), 'utf8')).toBe('which other logs there are cannot be told: EACCES: /var/log/xen\n');
  expect(words).toBe('assertion failed');
});

it('is kept where the console or the log of the anchor cannot be read, and says why in their place', async () => {
  const directory = join(root, 'qemu/web');
  mkdirSync(join(directory, 'console.log'), { recursive: true });
  writeFileSync(join(directory, 'anchor.log'), 'assertion failed\n');
  const first = await keep(1);
  expect(readdirSync(first.evidence).sort()).toEqual(['anchor.log', 'channel.log', 'console.log', 'end.json']);
  expect(readFileSync(join(first.evidence, 'console.log'), 'utf8')).toMatch(/^cannot read .*\/console\.log: EISDIR/);
  expect(first.lastWords).toBe('assertion failed');

  rmSync(join(directory, 'anchor.log'));
  mkdirSync(join(directory, 'anchor.log'));
  const second = await keep(2);
  expect(readFileSync(join(second.evidence, 'anchor.log'), 'utf8')).toMatch(/^cannot read .*\/anchor\.log: EISDIR/);
  // Nobody has heard the anchor say that.
  expect(second.lastWords).toBe('');
});

it('is kept where a part of it cannot be written, and says which and why', async () => {
  const directory = join(root, 'qemu/web');
  for (const name of ['console.log', 'end.json']) mkdirSync(join(directory, 'evidence/000001', name, 'in the way'), { recursive: true });
  writeFileSync(join(directory, 'anchor.log'), 'assertion failed\n');
  const { evidence, lastWords: words } = await keep(1);
  const told = readFileSync(join(evidence, 'trouble.log'), 'utf8').split('\n');
  expect(told.sort()).toEqual(['', expect.stringMatching(/^console\.log: cannot write .*\/console\.log/), expect.stringMatching(/^end\.json: cannot write .*\/end\.json/)]);
  expect([readFileSync(join(evidence, 'anchor.log'), 'utf8'), readFileSync(join(evidence, 'channel.log'), 'utf8'), words]).toEqual(['assertion failed\n', '> quit\n< ok\n', 'assertion failed']);
});

it('is kept where older evidence cannot be removed, which is told, and tried again by the next one', async () => {
  const all = join(root, 'qemu/web/evidence');
  for (const name of ['000001', '000002', '000003', '000004', '000005']) mkdirSync(join(all, name), { recursive: true });
  const { evidence } = await keep(6, {}, { remove: () => Promise.reject(new Error('EROFS')) });
  expect(readFileSync(join(evidence, 'trouble.log'), 'utf8')).toBe('older evidence: EROFS\n');
  expect(readdirSync(evidence)).toContain('end.json');
  await keep(7);
  expect(readdirSync(all).sort()).toEqual(['000003', '000004', '000005', '000006', '000007']);
});

it('is not told where it cannot say what it lacks, as on a disk that is full but for files without a byte; what was written stays, and the last words are told', async () => {
  const directory = join(root, 'qemu/web');
  for (const name of ['end.json', 'trouble.log']) mkdirSync(join(directory, 'evidence/000001', name, 'in the way'), { recursive: true });
  writeFileSync(join(directory, 'anchor.log'), 'assertion failed\n');
  expect(await tryToKeep(1)).toEqual({ evidence: null, lastWords: expect.stringMatching(/^assertion failed; no evidence is kept: cannot write .*trouble\.log/) as string });
  expect(readFileSync(join(directory, 'evidence/000001/anchor.log'), 'utf8')).toBe('assertion failed\n');
});

it('lacks nothing any more where it is kept once more, and all of it can be had by then', async () => {
  const inTheWay = join(root, 'qemu/web/evidence/000001/end.json');
  mkdirSync(join(inTheWay, 'in the way'), { recursive: true });
  await keep(1);
  rmSync(inTheWay, { recursive: true });
  const { evidence } = await keep(1);
  expect(readdirSync(evidence).sort()).toEqual(['anchor.log', 'channel.log', 'console.log', 'end.json']);
});

it('is kept whole where what an engine before has told of it cannot be removed', async () => {
  const told = join(root, 'qemu/web/evidence/000001/trouble.log');
  mkdirSync(join(told, '..'), { recursive: true });
  writeFileSync(told, 'end.json: ENOSPC\n');
  const remove = (path: string): Promise<void> => (path === told ? Promise.reject(new Error('EROFS')) : Promise.resolve());
  await keep(1, {}, { remove });
  expect(readFileSync(told, 'utf8')).toBe('trouble.log: EROFS\n');

  rmSync(told);
  mkdirSync(join(told, 'in the way'), { recursive: true });
  const { evidence } = await keep(1, {}, { remove });
  expect(readdirSync(evidence)).toEqual(expect.arrayContaining(['anchor.log', 'channel.log', 'console.log', 'end.json']));
});

it('is not told where nothing of it can be written; the last words are', async () => {
  for (const name of ['console.log', 'anchor.log', 'channel.log', 'end.json']) mkdirSync(join(root, 'qemu/web/evidence/000001', name, 'in the way'), { recursive: true });
  expect(await tryToKeep(1)).toEqual({ evidence: null, lastWords: expect.stringMatching(/^no evidence is kept: cannot write /) as string });

  writeFileSync(join(root, 'qemu/web/anchor.log'), 'assertion failed\n');
  rmSync(join(root, 'qemu/web/evidence'), { recursive: true });
  writeFileSync(join(root, 'qemu/web/evidence'), '');
  expect(await tryToKeep(1)).toEqual({ evidence: null, lastWords: expect.stringMatching(/^assertion failed; no evidence is kept: /) as string });
});

it('has what its adapter makes of the log for last words, where that knows it', async () => {
  mkdirSync(join(root, 'qemu/web'), { recursive: true });
  writeFileSync(join(root, 'qemu/web/anchor.log'), 'begun\nbroken\n');
  const explains = (log: string): string | undefined => (log.includes('broken') ? 'nobody serves it' : undefined);
  expect((await keep(1, { explains })).lastWords).toBe('nobody serves it');
  writeFileSync(join(root, 'qemu/web/anchor.log'), 'begun\n');
  expect((await keep(2, { explains })).lastWords).toBe('begun');
});
