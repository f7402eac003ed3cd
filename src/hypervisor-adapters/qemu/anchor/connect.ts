import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Ports } from '../../../effects/ports.js';
import type { AnchorSession, ConnectRequest } from '../../contract/session.js';
import { createRounds, longestRoundInterval, type Rounds } from '../../../anchors/rounds.js';
import { createGuestAgent } from '../channel/agent/guest-agent.js';
import { openQemuSession } from '../channel/session.js';
import { dialAgent } from './dial-agent.js';
import { dialMonitor } from './dial.js';
import { suspend } from './suspend.js';

/** Milliseconds. Whatever a document says, nobody is asked more often. */
const shortestRoundInterval = 250;

/**
 * Opens the engine's own monitor of an anchor, which may still be starting. Rejects with the signal's reason when that is aborted first, and
 * with what `openQemuSession` and `SocketPort.connect` reject with.
 */
export async function connect(ports: Ports, { layout, silence, signal }: ConnectRequest): Promise<AnchorSession> {
  const connection = await dialMonitor(ports, layout.directory, 'qmp', signal);
  const agent = createGuestAgent({ clock: ports.clock, dial: (within) => dialAgent(ports, layout.directory, within) });
  const session = await openQemuSession(connection, { clock: ports.clock, silence, signal, rounds: roundsOf(ports.clock, roundInterval(silence)) });
  return { ...session, agentAnswers: (giveUp) => agent.answers(giveUp), ask: (giveUp) => agent.shutDown(giveUp), suspend: (giveUp) => suspend(session, agent, giveUp) };
}

/** One timer for all anchors of an engine (which hands the same clock to them all) whose documents bear silence equally long. */
const roundsByClock = new WeakMap<ClockPort, Map<number, Rounds>>();

function roundsOf(clock: ClockPort, interval: number): Rounds {
  const byInterval = roundsByClock.get(clock) ?? new Map<number, Rounds>();
  roundsByClock.set(clock, byInterval);
  const rounds = byInterval.get(interval) ?? createRounds(clock, interval);
  byInterval.set(interval, rounds);
  return rounds;
}

/** As often as silence is of interest: a stopped QEMU is found after twice the silence that its document bears, at most. */
function roundInterval(silence: number): number {
  return Math.min(Math.max(silence, shortestRoundInterval), longestRoundInterval);
}
