/** An engine of its own process, as users have it: `windlass up`, listened to from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('cli/main.js', import.meta.resolve('windlass')));

export interface EngineChild {
  /** Guests that run under it and that another engine has started. */
  readonly adopted: number;
  /** Milliseconds from before the exec until the last guest was told to run. */
  readonly sinceExec: number;
  /** Of them, those from the word that the documents are applied. */
  readonly sinceApplied: number;
  kill(): Promise<void>;
}

interface Told {
  readonly type?: string;
  readonly subject?: string;
  readonly data?: { readonly from?: string; readonly to?: string };
}

/** Resolves when so many domains have been told to run. */
export async function startEngineChild(root: string, documents: string, domains: number): Promise<EngineChild> {
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, '--state-dir', root, 'up', documents, '--output', 'json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const running = new Map<string, boolean>();
  let applied = begun;
  for await (const line of createInterface({ input: child.stdout })) {
    const { data, subject, type } = JSON.parse(line) as Told;
    if (type === 'windlass.documents.applied') applied = performance.now();
    if (type === 'windlass.domain.phase' && data?.to === 'running' && subject !== undefined) running.set(subject, data.from === 'observing');
    if (running.size === domains) break;
  }
  const now = performance.now();
  if (running.size < domains) throw new Error(`the engine ended with ${running.size} of ${domains} domains running`);
  // What it goes on to say must not fill the pipe.
  child.stdout.resume();
  return {
    adopted: [...running.values()].filter(Boolean).length,
    sinceExec: now - begun,
    sinceApplied: now - applied,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
