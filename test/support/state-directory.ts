import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

/**
 * A state directory of the test's own, short enough for the sockets in it (107 bytes). When the test ends, after everything that was
 * registered later, nothing of it may live: what does is killed, and fails the test.
 */
export function stateDirectory(): string {
  const root = mkdtempSync('/tmp/wl-');
  onTestFinished(async () => {
    const left = anchorsOf(root);
    for (const pid of left) killIfAlive(pid);
    await waitUntil(() => anchorsOf(root).length === 0, 5_000, () => `processes that do not end after SIGKILL: ${anchorsOf(root).join(', ')}`);
    rmSync(root, { recursive: true, force: true });
    expect(left, 'anchors of this test that were still alive when it ended').toEqual([]);
  });
  return root;
}

/** Pids of living processes with an argument that lies in this directory; a zombie has no arguments. */
export function anchorsOf(root: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => argumentsOf(pid).some((argument) => argument.startsWith(`${root}/`)));
}

function argumentsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** A process may end by itself between the look and the signal. */
export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has.
  }
}

/** Looks every few milliseconds; `complaint` says what was missing at the deadline (milliseconds). */
export async function waitUntil(holds: () => boolean | Promise<boolean>, deadline: number, complaint: () => string): Promise<void> {
  for (const end = Date.now() + deadline; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`after ${deadline} ms: ${complaint()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Where an anchor of this directory keeps its state. */
export function homeOf(root: string, name: string): string {
  return join(root, 'qemu', name);
}
