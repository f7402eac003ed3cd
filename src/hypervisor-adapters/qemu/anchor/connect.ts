import type { ClockPort, Ports } from '../../../effects/ports.js';
import type { AnchorSession, ConnectRequest } from '../../contract.js';
import { createRounds, type Rounds } from '../channel/rounds.js';
import { openQemuSession } from '../channel/session.js';
import { dialMonitor } from './dial.js';

/**
 * Opens the engine's own monitor of an anchor, which may still be starting. Rejects with the signal's reason when that is aborted first, and
 * with what `openQemuSession` and `SocketPort.connect` reject with.
 */
export async function connect(ports: Ports, { layout, silence, signal }: ConnectRequest): Promise<AnchorSession> {
  const connection = await dialMonitor(ports, layout.directory, 'qmp', signal);
  return openQemuSession(connection, { clock: ports.clock, silence, signal, rounds: roundsOf(ports.clock) });
}

/** One timer for all anchors of an engine, which hands the same clock to them all. */
const roundsByClock = new WeakMap<ClockPort, Rounds>();

function roundsOf(clock: ClockPort): Rounds {
  const rounds = roundsByClock.get(clock) ?? createRounds(clock);
  roundsByClock.set(clock, rounds);
  return rounds;
}
