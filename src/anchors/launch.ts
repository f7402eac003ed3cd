import type { LaunchedProcess } from '../effects/ports/processes.js';
import type { Ports } from '../effects/ports.js';
import { messageOf, WindlassError } from '../errors.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import { goneAnchor } from './gone.js';
import { carriersOf } from './observe.js';
import { type RunFacts, writeIntent, writeLaunched } from './record.js';

/** Milliseconds for which the end of a process that must not stay is waited for. */
const killDeadline = 5_000;

export interface AnchorLaunch {
  readonly layout: StateLayout;
  /** Looked at until the process is started; what is started is always recorded. */
  readonly signal?: AbortSignal;
  readonly record: RunFacts;
  /** Starts the process: the adapter's own `launch`, or `launchRecipe`. */
  readonly launch: () => Promise<LaunchedProcess>;
}

/**
 * Intent, process, record and pid file, in this order. Rejects as `ProcessPort.launchDetached` does, as `FilePort.writeAtomic` does
 * (then nothing lives), with ANCHOR_UNRECORDED when the process could be neither recorded nor ended, and with ANCHOR_UNCERTAIN when
 * several processes carry the marker. After the last two the intent stands, and `observeAnchor` finds out.
 */
export async function launchAnchor(ports: Ports, { launch, layout, record, signal }: AnchorLaunch): Promise<LaunchedProcess> {
  signal?.throwIfAborted();
  const intent = await writeIntent(ports, layout, record);
  signal?.throwIfAborted();
  const launched = await launch().catch((thrown: unknown) => afterUncertainty(ports, record.marker, thrown));
  try {
    await writeLaunched(ports, layout, intent, launched.identity);
  } catch (thrown) {
    await endUnrecorded(ports, launched, record.domain, thrown);
    throw thrown;
  }
  return launched;
}

/** The spawner died with the order in its hands: if there is a process, its marker tells, and its end must be looked for. */
async function afterUncertainty(ports: Ports, marker: string, thrown: unknown): Promise<LaunchedProcess> {
  if (!(thrown instanceof WindlassError) || thrown.code !== 'LAUNCH_UNCERTAIN') throw thrown;
  const [identity, ...others] = await carriersOf(ports, marker);
  if (identity === undefined) throw new WindlassError('LAUNCH_FAILED', thrown.message, { cause: thrown, retryable: true });
  if (others.length > 0) throw new WindlassError('ANCHOR_UNCERTAIN', 'several processes carry the marker of this anchor', { cause: thrown, retryable: true });
  const exited = goneAnchor(ports, identity, new AbortController().signal).then(
    () => ({ code: null, signal: null }),
    () => ({ code: null, signal: null }),
  );
  return { identity, exited };
}

/** An anchor that no later engine could trust must not run: end it while it is still our child and its guest has done nothing. */
async function endUnrecorded(ports: Ports, { exited, identity }: LaunchedProcess, domain: string, cause: unknown): Promise<void> {
  await ports.processes.signal(identity, 'SIGKILL').catch(() => false);
  const late = new AbortController();
  const ended = await Promise.race([
    exited.then(() => true),
    ports.clock.sleep(killDeadline, late.signal).then(
      () => false,
      () => true,
    ),
  ]);
  late.abort();
  if (ended) return;
  throw new WindlassError('ANCHOR_UNRECORDED', `process ${identity.pid} was started, cannot be recorded and does not end: ${messageOf(cause)}`, {
    domain,
    cause,
    retryable: true,
  });
}
