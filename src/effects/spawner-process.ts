/**
 * The spawner process: starts anchors for an engine whose own fork has become slow (its cost grows with the memory of the process that
 * forks). Reads orders on stdin, reports on stdout; its argument is the engine's pid. It ends when the engine's end of the pipe closes, also by kill -9, and leaves its
 * children alone: guests outlive the engine.
 */
import { closeSync } from 'node:fs';
import { messageOf, WindlassError } from '../errors.js';
import { startDetached } from './detached-child.js';
import { inheritableDescriptors } from './inheritable-descriptors.js';
import { encodeLine, lineReader, type SpawnerReport, type SpawnOrder } from './spawner-messages.js';

function report(message: SpawnerReport): void {
  process.stdout.write(encodeLine(message));
}

/** An order that is read after its engine died must not be carried out: the next engine may have looked, found nothing, and started anew. */
function engineLives(): boolean {
  return process.ppid === Number(process.argv[2]);
}

async function serve({ id, request }: SpawnOrder): Promise<void> {
  if (!engineLives()) leave();
  try {
    const child = await startDetached(request, []);
    report({ type: 'started', id, pid: child.pid, startTime: child.startTime, executable: child.executable });
    report({ type: 'exited', id, ...(await child.exited) });
  } catch (thrown) {
    const known = thrown instanceof WindlassError ? thrown : undefined;
    report({ type: 'refused', id, code: known?.code ?? 'LAUNCH_FAILED', message: messageOf(thrown), retryable: known?.retryable ?? false });
  }
}

function leave(): void {
  process.exit(0);
}

process.title = 'windlass-spawner';
// What leaked in from whoever started the engine; nothing here uses it, and the children shall not have it.
for (const descriptor of inheritableDescriptors()) closeSync(descriptor);
process.stdout.on('error', leave);
process.stdin.on('error', leave).on('end', leave).on('close', leave);
process.stdin.setEncoding('utf8');
process.stdin.on(
  'data',
  lineReader((line) => {
    void serve(JSON.parse(line) as SpawnOrder);
  }),
);
report({ type: 'ready' });
