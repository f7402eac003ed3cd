/** Would chaos see what it looks for? Each rule is broken on purpose here, and must be told. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { anchorsOf, stateDirectory, waitUntil } from '../support/state-directory.js';
import { createAnchorScan } from './anchors.js';
import { untilCalm } from './calm.js';
import { createHeartbeats } from './heartbeats.js';
import type { Wish } from './schedule.js';
import { firstWish, schedule } from './schedule.js';
import { createTrouble, type Trouble } from './trouble.js';
import { createWitness, type Witness } from './witness.js';

/** A process that looks like an anchor of the domain. */
function impostor(root: string, domain: string): number {
  // An argument of its own would end `sleep`; its name is an argument as well.
  const child = spawn('sleep', ['600'], { argv0: `${root}/qemu/${domain}/qemu.pid`, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return child.pid ?? 0;
}

interface Scene {
  readonly root: string;
  readonly trouble: Trouble;
  readonly witness: Witness;
  readonly heartbeats: ReturnType<typeof createHeartbeats>;
  readonly documents: { readonly path: string; readonly wishes: Map<string, Wish>; removedAt(): number; write(): void; remove(): void };
}

const longAgo = (): number => performance.now() - 60_000;

function scene(wishes: Readonly<Record<string, Wish>>, removedAt = longAgo): Scene {
  const root = stateDirectory();
  const trouble = createTrouble();
  const heartbeats = createHeartbeats(root);
  const documents = { path: root, wishes: new Map(Object.entries(wishes)), removedAt, write: () => undefined, remove: () => undefined };
  const witness = createWitness({ scan: createAnchorScan(root), heartbeats, documents, engine: { upSince: longAgo }, trouble });
  onTestFinished(() => {
    witness.stop();
  });
  return { root, trouble, witness, heartbeats, documents };
}

async function untilTold({ trouble }: Scene): Promise<string> {
  await waitUntil(() => trouble.first() !== undefined, 5_000, () => 'nothing was told');
  return trouble.first()?.message ?? '';
}

test('two anchors of one domain', async () => {
  const { root, ...rest } = scene({ web: firstWish });
  const pids = [impostor(root, 'web'), impostor(root, 'web')];
  const told = await untilTold({ root, ...rest });
  expect(told).toMatch(/^web has 2 anchors/);
  for (const pid of pids) expect(told).toContain(String(pid));
});

test('one anchor of a domain is no violation, and neither is one each of two', async () => {
  const { root, trouble, witness } = scene({ web: firstWish, db: firstWish });
  impostor(root, 'web');
  impostor(root, 'db');
  await waitUntil(() => witness.look().size === 2, 5_000, () => 'the anchors are not seen');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(trouble.first()).toBeUndefined();
});

test('an anchor that no document names, though an engine is up', async () => {
  const { root, ...rest } = scene({});
  impostor(root, 'lost');
  expect(await untilTold({ root, ...rest })).toMatch(/^lost has an anchor .* that no document names/);
});

test('a heartbeat that goes back in one anchor', async () => {
  const { root, ...rest } = scene({ web: firstWish });
  const home = join(root, 'qemu', 'web');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'console.log'), 'HEARTBEAT 7\r\nHEARTBEAT 8\r\nHEARTBEAT 1\r\nHEARTBEAT 2\r\n');
  impostor(root, 'web');
  expect(await untilTold({ root, ...rest })).toMatch(/web: its heartbeat went back from 8 to 1 and 2/);
});

test.each<[string, Wish | undefined, RegExp]>([
  ['is not there', firstWish, /web has no anchor/],
  ['does not beat', firstWish, /web has an anchor \(pid \d+\) that does not beat/],
  ['is to be halted', { ...firstWish, power: 'halted' }, /web still has an anchor, and is to be halted/],
  ['has no document', undefined, /web still has an anchor, and no document/],
])('a domain that %s when chaos rests', async (what, wish, lack) => {
  const { documents, heartbeats, root, trouble, witness } = scene(wish === undefined ? {} : { web: wish }, () => performance.now());
  if (what !== 'is not there') impostor(root, 'web');
  await untilCalm({ root, documents, heartbeats, witness, trouble, deadline: 300 });
  expect(trouble.first()?.message).toMatch(lack);
});

test('the same seed gives the same schedule, and every kind of action comes up', () => {
  const take = (seed: number): readonly string[] => {
    const steps: string[] = [];
    for (const step of schedule(seed, ['a', 'b', 'c'])) {
      steps.push(JSON.stringify(step));
      if (steps.length === 600) break;
    }
    return steps;
  };
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
  const kinds = new Set(take(7).map((step) => (JSON.parse(step) as { action: { kind: string } }).action.kind));
  expect([...kinds].sort()).toEqual(
    ['add', 'calm', 'cut-channel', 'edit', 'fill-disk', 'free-disk', 'freeze-anchor', 'kill-anchor', 'kill-engine', 'move-clock', 'remove', 'stop-engine', 'thaw-anchor'].sort(),
  );
});

/** The command as CI runs it. */
function chaos(): { readonly said: () => string; readonly pid: number; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'main.ts'), '--minutes', '5', '--seed', '1', '--domains', '2'], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  return { said: () => text, pid: child.pid ?? 0, ended };
}

const rootOf = (said: string): string => /in (\/tmp\/wlc-\S+)/.exec(said)?.[1] ?? '';

test('a violation ends the whole run at once with exit code 1, its history, and nothing left behind', async () => {
  const run = chaos();
  await waitUntil(() => run.said().includes('calm after'), 40_000, run.said);
  const root = rootOf(run.said());
  // What has an anchor all through the run is hard to say: one of the two has.
  impostor(root, 'd00');
  impostor(root, 'd01');
  impostor(root, 'd00');
  expect(await run.ended).toBe(1);
  expect(run.said()).toMatch(/VIOLATION: d0\d has \d anchors/);
  expect(run.said()).toContain('the rules were broken');
  expect(run.said()).toContain('the last steps:');
  expect(anchorsOf(root)).toEqual([]);
  expect(readdirSync('/tmp')).not.toContain(root.split('/')[2]);
});

test('a run that is interrupted ends with exit code 130 and leaves nothing behind', async () => {
  const run = chaos();
  await waitUntil(() => run.said().includes('calm after'), 40_000, run.said);
  const root = rootOf(run.said());
  process.kill(run.pid, 'SIGINT');
  expect(await run.ended).toBe(130);
  expect(anchorsOf(root)).toEqual([]);
  expect(readdirSync('/tmp')).not.toContain(root.split('/')[2]);
});
