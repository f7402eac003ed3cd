import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostPorts } from '../../src/index.js';
import { startOtherEngine } from '../support/other-engine.js';
import { domain, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { homeOf, killIfAlive, stateDirectory } from '../support/state-directory.js';

const { cgroups } = hostPorts();
const facts = await cgroups.facts();
const why = facts.usable ? '' : facts.reason;

/** A VMM with a companion of its own, which it starts half a second after it was started itself. */
function withCompanion(directory: string): string {
  const path = join(directory, 'companion-qemu');
  writeFileSync(path, '#!/bin/sh\ncase "$*" in *-pidfile*) sleep 0.5; sleep 1000 & echo $! > companion;; esac\nexec qemu-system-x86_64 "$@"\n', { mode: 0o755 });
  return path;
}

function companionOf(root: string, name: string): number {
  const pid = Number(readFileSync(join(homeOf(root, name), 'companion'), 'utf8'));
  onTestFinished(() => {
    killIfAlive(pid);
  });
  return pid;
}

const lives = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test('whatever an anchor has started ends with it, however it ended', async ({ skip }) => {
  if (!facts.usable) return skip(why);
  const engine = await startEngine();
  const binary = withCompanion(stateDirectory());
  await engine.apply([domain('pair', { qemu: { binary }, restart: { backoff: { initial: '50ms' } } })]);
  const first = await untilRunning(engine, 'pair');
  const companion = companionOf(engine.stateDirectory, 'pair');
  expect(lives(companion)).toBe(true);

  process.kill(pidOf(first), 'SIGKILL');
  await until(engine, 'pair', ({ incarnation }) => incarnation === 2);
  expect(lives(companion)).toBe(false);

  await untilRunning(engine, 'pair');
  const next = companionOf(engine.stateDirectory, 'pair');
  await engine.apply([]);
  await untilForgotten(engine, 'pair');
  expect(lives(next)).toBe(false);
});

test('an engine that adopts an anchor takes over its cgroup as well', async ({ skip }) => {
  if (!facts.usable) return skip(why);
  const root = stateDirectory();
  const documents = [domain('pair', { qemu: { binary: withCompanion(root) } })];
  const other = await startOtherEngine(root, documents);
  await other.kill();
  const companion = companionOf(root, 'pair');
  expect(lives(companion)).toBe(true);

  const engine = await startEngine({ stateDirectory: root });
  await engine.apply(documents);
  expect(await untilRunning(engine, 'pair')).toMatchObject({ incarnation: 1 });
  await engine.apply([]);
  await untilForgotten(engine, 'pair');
  expect(lives(companion)).toBe(false);
});
