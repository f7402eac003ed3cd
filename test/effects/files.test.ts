import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileError } from '../../src/effects/errno.js';
import { hostFiles as files } from '../../src/effects/files.js';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.js';

let directory: TemporaryDirectory;
const at = (...names: readonly string[]): string => join(directory.path, ...names);
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

describe('writeAtomic', () => {
  it('replaces whole files, with the exact mode, and leaves nothing beside them', async () => {
    await files.writeAtomic(at('record'), 'old', 0o600);
    await files.writeAtomic(at('record'), 'new – ü', 0o666, { durable: true });
    expect(readFileSync(at('record'), 'utf8')).toBe('new – ü');
    expect(modeOf(at('record'))).toBe(0o666);
    expect(readdirSync(directory.path)).toEqual(['record']);
  });

  it('keeps the old content and cleans up when it fails', async () => {
    mkdirSync(at('record', 'full'), { recursive: true });
    await expect(files.writeAtomic(at('record'), 'new', 0o600)).rejects.toMatchObject({ code: 'FILE_FAILED' });
    await expect(files.writeAtomic(at('absent', 'record'), 'new', 0o600)).rejects.toMatchObject({ code: 'FILE_ABSENT' });
    expect(readdirSync(directory.path)).toEqual(['record']);
  });

  it('says when there is no room, and that it may go better later', () => {
    const full = fileError(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }), 'write', '/run/x');
    expect(full).toMatchObject({ code: 'FILE_NO_SPACE', retryable: true });
  });
});

describe('directories and links', () => {
  it('are made with parents and an exact mode, again and again', async () => {
    for (let round = 0; round < 2; round += 1) await files.ensureDirectory(at('a', 'b', 'c'), 0o700);
    expect(modeOf(at('a', 'b', 'c'))).toBe(0o700);
    chmodSync(at('a'), 0o755);
    await files.ensureDirectory(at('a'), 0o700);
    expect(modeOf(at('a'))).toBe(0o700);
    writeFileSync(at('file'), '');
    await expect(files.ensureDirectory(at('file'), 0o700)).rejects.toMatchObject({ code: 'FILE_FAILED' });
  });

  it('the directory of state is made for its user alone, and taken from others where it is empty', async () => {
    await files.ensureStateRoot(at('made', 'below'));
    expect(modeOf(at('made', 'below'))).toBe(0o700);
    mkdirSync(at('empty'));
    chmodSync(at('empty'), 0o777);
    await files.ensureStateRoot(at('empty'));
    expect(modeOf(at('empty'))).toBe(0o700);
    writeFileSync(at('file'), '');
    await expect(files.ensureStateRoot(at('file'))).rejects.toMatchObject({ code: 'FILE_FAILED' });
  });

  it.each([
    ['a home', 0o755, undefined],
    ['a directory of a group', 0o775, 'STATE_ROOT_SHARED'],
    ['an empty directory for all, such as /tmp', 0o1777, 'STATE_ROOT_SHARED'],
  ])('%s is not changed for state', async (_, mode, refusal) => {
    mkdirSync(mode === 0o1777 ? at('theirs') : at('theirs', 'photos'), { recursive: true });
    chmodSync(at('theirs'), mode);
    const made = files.ensureStateRoot(at('theirs'));
    if (refusal === undefined) await made;
    else await expect(made).rejects.toMatchObject({ code: refusal });
    expect(lstatSync(at('theirs')).mode & 0o7777).toBe(mode);
  });

  it('links are pointed anew', async () => {
    for (const target of ['/one', '/one', '/two']) await files.ensureSymlink(at('link'), target);
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(readdirSync(directory.path)).toEqual(['link']);
  });

  it('remove takes files, trees and nothing; never what a link points to', async () => {
    mkdirSync(at('tree', 'deep'), { recursive: true });
    writeFileSync(at('tree', 'deep', 'kept'), 'x');
    symlinkSync(at('tree'), at('link'));
    await files.remove(at('link'));
    expect(readFileSync(at('tree', 'deep', 'kept'), 'utf8')).toBe('x');
    await files.remove(at('tree'));
    await files.remove(at('tree'));
    expect(await files.list(directory.path)).toEqual([]);
  });
});

describe('reading', () => {
  it('answers for what is absent', async () => {
    expect(await files.readText(at('absent'))).toBeUndefined();
    expect(await files.stat(at('absent', 'below'))).toBeUndefined();
    expect(await files.list(at('absent'))).toEqual([]);
    expect(await files.tail(at('absent'), 10)).toBe('');
    expect(await files.accessible(at('absent'), 'read')).toBe(false);
    await expect(files.readText(directory.path)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('tails without cutting a character in two', async () => {
    writeFileSync(at('log'), 'first\näöü€');
    expect(await files.tail(at('log'), 3)).toBe('€');
    expect(await files.tail(at('log'), 4)).toBe('€');
    expect(await files.tail(at('log'), 5)).toBe('ü€');
    expect(await files.tail(at('log'), 1000)).toBe('first\näöü€');
  });

  it('tells kinds, sizes and one file under two names', async () => {
    writeFileSync(at('b'), '12345');
    symlinkSync(at('b'), at('a'));
    const [linked, direct] = [await files.stat(at('a')), await files.stat(at('b'))];
    expect(await files.idOf(at('a'))).toBe(direct?.id);
    expect(await files.idOf(at('absent', 'below'))).toBeUndefined();
    expect(linked).toEqual(direct);
    expect(linked).toMatchObject({ kind: 'file', size: 5 });
    expect(Math.abs((linked?.modified ?? 0) - Date.now())).toBeLessThan(10_000);
    expect(await files.stat('/dev/null')).toMatchObject({ kind: 'character-device' });
    expect(await files.list(directory.path)).toEqual(['a', 'b']);
  });

  it('copies once, atomically', async () => {
    writeFileSync(at('from'), 'template');
    await files.copyIfAbsent(at('from'), at('vars'), 0o600);
    writeFileSync(at('vars'), 'changed by the guest');
    await files.copyIfAbsent(at('from'), at('vars'), 0o600);
    expect(readFileSync(at('vars'), 'utf8')).toBe('changed by the guest');
    expect(modeOf(at('vars'))).toBe(0o600);
    await expect(files.copyIfAbsent(at('nothing'), at('other'), 0o600)).rejects.toMatchObject({ code: 'FILE_ABSENT' });
    expect(await files.list(directory.path)).toEqual(['from', 'vars']);
  });

  it('finds executables', async () => {
    expect(await files.findExecutable('sh')).toMatch(/\/sh$/);
    expect(await files.findExecutable('/bin/sh')).toBe('/bin/sh');
    for (const name of ['/etc/passwd', '/etc', 'no-such-vmm', '', '../bin/sh']) expect(await files.findExecutable(name)).toBeUndefined();
  });
});

describe('waitForEntry', () => {
  const forever = new AbortController().signal;

  it('answers at once for what is there', async () => {
    writeFileSync(at('qmp'), '');
    await files.waitForEntry(directory.path, 'qmp', forever);
  });

  it.each(['a file', 'a socket', 'a rename'])('sees %s appear', async (how) => {
    const waiting = files.waitForEntry(directory.path, 'qmp', forever);
    await delay(10);
    writeFileSync(at('other'), '');
    const began = performance.now();
    const server = createServer();
    if (how === 'a file') writeFileSync(at('qmp'), '');
    else if (how === 'a rename') renameSync(at('other'), at('qmp'));
    else server.listen(at('qmp'));
    await waiting;
    expect(performance.now() - began).toBeLessThan(500);
    server.close();
  });

  it('ends with its signal, and with its directory', async () => {
    await expect(files.waitForEntry(directory.path, 'qmp', AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(files.waitForEntry(directory.path, 'qmp', AbortSignal.abort('no'))).rejects.toBe('no');
    await expect(files.waitForEntry(at('absent'), 'qmp', forever)).rejects.toMatchObject({ code: 'FILE_ABSENT' });
    mkdirSync(at('going'));
    const waiting = files.waitForEntry(at('going'), 'qmp', forever);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'FILE_ABSENT' });
    rmSync(at('going'), { recursive: true });
    await refused;
  });

  it('misses nothing however the appearance falls', async () => {
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const waiting = files.waitForEntry(directory.path, `qmp${index}`, AbortSignal.timeout(2_000));
        if (index % 3 === 0) await Promise.resolve();
        if (index % 3 === 1) await new Promise(setImmediate);
        writeFileSync(at(`qmp${index}`), '');
        await waiting;
      }),
    );
  });
});
