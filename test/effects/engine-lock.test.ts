import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hostLocks as locks } from '../../src/effects/engine-lock.js';
import { identify } from '../../src/effects/process-table.js';
import { temporaryDirectory } from './temporary-directory.js';

type Contender = ChildProcessByStdio<Writable, Readable, null>;

async function contender(path: string): Promise<Contender> {
  const script = fileURLToPath(new URL('./lock-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  expect(await nextLine(child)).toBe('ready');
  return child;
}

async function nextLine(child: Contender): Promise<string> {
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  return text.toString().trim();
}

async function go(child: Contender): Promise<string> {
  const answer = nextLine(child);
  child.stdin.write('go\n');
  return answer;
}

async function kill(child: Contender): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

it('has one holder in one process, and none after release', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'state', 'engine.lock');
  const held = await locks.acquire(path);
  await expect(locks.acquire(path)).rejects.toMatchObject({ code: 'ENGINE_LOCKED', message: expect.stringContaining(`pid ${process.pid}`) as string });
  const other = await locks.acquire(join(directory.path, 'other.lock'));
  await held.release();
  await held.release();
  const again = await locks.acquire(path);
  // The first holder has nothing to release any more.
  await held.release();
  await expect(locks.acquire(path)).rejects.toMatchObject({ code: 'ENGINE_LOCKED' });
  await again.release();
  await other.release();
  expect(readdirSync(join(directory.path, 'state'))).toEqual(['engine.lock']);
});

it('passes to one of eight racing processes, then from the killed holder to one of the rest', { timeout: 15_000 }, async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'engine.lock');
  const eight = await Promise.all(Array.from({ length: 8 }, () => contender(path)));
  try {
    const first = await Promise.all(eight.slice(0, 4).map(go));
    expect(first.filter((answer) => answer === 'held')).toHaveLength(1);
    const holder = eight[first.indexOf('held')];
    if (holder === undefined) throw new Error('one holds it');
    expect(first.filter((answer) => answer.includes(`pid ${holder.pid ?? 0}`))).toHaveLength(3);
    await kill(holder);
    const second = await Promise.all(eight.slice(4).map(go));
    expect(second.filter((answer) => answer === 'held')).toHaveLength(1);
  } finally {
    await Promise.all(eight.filter((child) => child.exitCode === null && child.signalCode === null).map(kill));
  }
});

it.each(['a reused pid', 'a former boot', 'a name nobody wrote'])('is taken over from %s', async (whose) => {
  await using directory = await temporaryDirectory();
  const self = identify(process.pid);
  if (self === undefined) throw new Error('we are alive');
  const token = {
    'a reused pid': `${self.pid}.1.${self.bootId}.00ff`,
    'a former boot': `${self.pid}.${self.startTime}.e0d3c1f4-0000-4000-8000-000000000000.00ff`,
    'a name nobody wrote': 'hello',
  }[whose];
  const path = join(directory.path, 'engine.lock');
  mkdirSync(path);
  writeFileSync(join(path, token ?? ''), '');
  const held = await locks.acquire(path);
  await held.release();
  expect(readdirSync(path)).toEqual(['free']);
});

it('survives the removal of the state directory under it', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'engine.lock');
  const held = await locks.acquire(path);
  rmSync(path, { recursive: true });
  await held.release();
});
