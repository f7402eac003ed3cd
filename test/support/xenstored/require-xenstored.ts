import type { TestProject } from 'vitest/node';
import { DaemonsUnavailable, ensureXenstored, type XenstoredFiles } from './daemons.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The genuine daemons, or why there are none. */
    readonly xenstored: XenstoredFiles | { readonly missing: string };
  }
}

/**
 * Global setup of the `xenstore` project: the genuine daemons, downloaded and built into the cache. Where they cannot be had, its tests are
 * skipped and the reason is told once; in CI only a system that does not have them is an excuse, and a mirror that fails is a failure.
 */
export async function setup(project: TestProject): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`xenstore: ${line}\n`);
  try {
    project.provide('xenstored', await ensureXenstored(say));
  } catch (error) {
    if (!(error instanceof DaemonsUnavailable)) throw error;
    if (error.kind === 'failed' && (process.env['CI'] ?? '') !== '') throw error;
    say(`the tests against the genuine daemons are SKIPPED: ${error.message}`);
    project.provide('xenstored', { missing: error.message });
  }
}
