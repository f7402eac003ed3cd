import { geteuid } from 'node:process';
import { defaultStateRoot } from '../index.js';
import type { Invocation } from './invocation.js';

/** The state directory of this command: as said, or where an engine of this user keeps it. */
export function stateDirectoryOf({ stateDirectory, terminal }: Invocation): string {
  return stateDirectory ?? defaultStateRoot(terminal.env, geteuid?.() ?? 0);
}
