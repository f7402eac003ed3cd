import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf, waitUntil } from './state-directory.js';

/** All that the guests of a domain have said on their first serial port, over all of its incarnations. */
export function consoleOf(root: string, name: string): string {
  try {
    return readFileSync(join(homeOf(root, name), 'console.log'), 'latin1');
  } catch {
    return '';
  }
}

/** The numbers of a heartbeat guest, in the order in which it said them. */
export function beatsOf(root: string, name: string): readonly number[] {
  return [...consoleOf(root, name).matchAll(/HEARTBEAT (\d+)[^\n]*\n/g)].map(([, beat]) => Number(beat));
}

/** Waits for a text on the console; `after` skips what was there before. */
export async function untilSaid(root: string, name: string, pattern: RegExp, { after = 0, deadline = 10_000 } = {}): Promise<void> {
  const said = (): string => consoleOf(root, name).slice(after);
  await waitUntil(() => pattern.test(said()), deadline, () => `${name} did not say ${String(pattern)}, but ${JSON.stringify(said())}`);
}

/** Waits until the guest has said this many more numbers. */
export async function untilBeats(root: string, name: string, more: number, deadline = 10_000): Promise<readonly number[]> {
  const before = beatsOf(root, name).length;
  await waitUntil(() => beatsOf(root, name).length >= before + more, deadline, () => `${name} beat ${beatsOf(root, name).length - before} times, not ${more}`);
  return beatsOf(root, name);
}
