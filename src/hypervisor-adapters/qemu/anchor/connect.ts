import { WindlassError } from '../../../errors.js';
import type { ClockPort, Connection, Ports } from '../../../effects/ports.js';
import type { AnchorSession, ConnectRequest } from '../../contract.js';
import { createRounds, type Rounds } from '../channel/rounds.js';
import { openQemuSession } from '../channel/session.js';

const socketName = 'qmp';

/** Milliseconds. Between bind(2) and listen(2) QEMU's socket is there and refuses; nothing tells when that is over. */
const redial = 2;

/**
 * Opens the engine's own monitor of an anchor, which may still be starting: waits for its socket, dials, and shakes hands. Rejects with
 * the signal's reason when that is aborted first, and with what `openQemuSession` and `SocketPort.connect` reject with.
 */
export async function connect(ports: Ports, request: ConnectRequest): Promise<AnchorSession> {
  await ports.files.waitForEntry(request.layout.directory, socketName, request.signal);
  const connection = await dial(ports, `${request.layout.directory}/${socketName}`, request.signal);
  return openQemuSession(connection, {
    clock: ports.clock,
    silence: request.silence,
    signal: request.signal,
    rounds: roundsOf(ports.clock),
  });
}

/** One timer for all anchors of an engine, which hands the same clock to them all. */
const roundsByClock = new WeakMap<ClockPort, Rounds>();

function roundsOf(clock: ClockPort): Rounds {
  const rounds = roundsByClock.get(clock) ?? createRounds(clock);
  roundsByClock.set(clock, rounds);
  return rounds;
}

async function dial(ports: Ports, path: string, signal: AbortSignal): Promise<Connection> {
  for (;;) {
    try {
      return await ports.sockets.connect(path, signal);
    } catch (error) {
      if (!(error instanceof WindlassError) || error.code !== 'SOCKET_REFUSED') throw error;
      await ports.clock.sleep(redial, signal);
    }
  }
}
