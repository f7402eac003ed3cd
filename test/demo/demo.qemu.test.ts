import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { beatsOf, untilBeats } from '../support/guest-console.js';
import { anchorsOf, killIfAlive, waitUntil } from '../support/state-directory.js';

const repository = join(import.meta.dirname, '../..');

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly milliseconds: number;
  /** Where its state directory is, or was. */
  readonly temporary: string;
}

interface Wish {
  readonly arguments?: readonly string[];
  /** A signal to send as soon as the output matches. */
  readonly interrupt?: { readonly when: RegExp; readonly signal: NodeJS.Signals };
}

/** Runs the demo in a pipe, with a directory for temporary files of its own in which nothing may live when the test ends. */
async function runDemo({ arguments: more = [], interrupt }: Wish = {}): Promise<Run> {
  const temporary = mkdtempSync('/tmp/wl-');
  onTestFinished(async () => {
    anchorsOf(temporary).forEach(killIfAlive);
    await waitUntil(() => anchorsOf(temporary).length === 0, 5_000, () => 'guests of the demo do not end');
    rmSync(temporary, { recursive: true, force: true });
  });
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/demo/main.ts', ...more], {
    cwd: repository,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let interrupted = false;
  const hear = (bytes: Buffer): void => {
    output += bytes.toString('utf8');
    if (interrupt === undefined || interrupted || !interrupt.when.test(output)) return;
    interrupted = true;
    child.kill(interrupt.signal);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output, milliseconds: performance.now() - began, temporary };
}

/** The state directory among the temporary files. */
function stateOf({ temporary }: Run): string | undefined {
  const name = readdirSync(temporary).find((each) => each.startsWith('windlass-'));
  return name === undefined ? undefined : join(temporary, name);
}

test('the demo tells its story in plain lines, in under 30 seconds, and leaves nothing', async () => {
  const run = await runDemo();
  expect(run.output).toContain('Everything went as told');
  expect(run.code).toBe(0);
  expect(run.milliseconds).toBeLessThan(30_000);
  expect(anchorsOf(run.temporary)).toEqual([]);
  expect(stateOf(run)).toBeUndefined();

  // Plain: no escape sequences, and nothing wider than a terminal.
  expect(run.output).not.toContain('\u001b');
  expect(run.output.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const name of ['clock', 'web', 'worker']) {
    expect(run.output).toContain(`${name} pending -> device-model-ready`);
    expect(run.output).toContain(`${name} says HEARTBEAT 1`);
  }
  expect(run.output).toMatch(/worker: powered off after \d/);
  expect(run.output).toMatch(/web: its end is published \d+\.\d ms after the kill/);
  expect(run.output).toMatch(/web: runs again, start 2, pid \d+/);
  expect(run.output).toMatch(/clock: noticed nothing, \d+ beats without a gap/);
});

test('with --keep the guests run on, and what is said of them is true', async () => {
  const run = await runDemo({ arguments: ['--keep'] });
  expect(run.code, run.output).toBe(0);
  const state = stateOf(run) ?? '';
  expect(run.output).toContain(`windlass down --all --state-dir ${state}`);
  expect(anchorsOf(run.temporary)).toHaveLength(2);
  const before = beatsOf(state, 'clock').length;
  expect((await untilBeats(state, 'clock', 2)).length).toBeGreaterThan(before);
  const evidence = join(state, 'qemu/web/evidence/000001');
  expect(run.output).toContain(evidence);
  expect(readFileSync(join(evidence, 'console.log'), 'utf8')).toContain('HEARTBEAT 1');
  expect(JSON.parse(readFileSync(join(evidence, 'end.json'), 'utf8'))).toMatchObject({ exit: { signal: 'SIGKILL' } });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s in the middle of it leaves nothing either', async (signal) => {
  const run = await runDemo({ interrupt: { when: /all run/, signal } });
  expect(run.output).toContain('interrupted; halting the guests');
  expect(run.code, run.output).toBe(130);
  expect(anchorsOf(run.temporary)).toEqual([]);
  expect(existsSync(run.temporary) && stateOf(run)).toBeUndefined();
});
