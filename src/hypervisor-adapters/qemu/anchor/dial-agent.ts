import type { Connection } from '../../../effects/ports/sockets.js';
import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import { agentError } from '../channel/agent/errors.js';
import { agentSocket } from '../render/guest-agent.js';

/** Dials the port of the guest's agent. Rejects with AGENT_ABSENT where the domain has none, and as `SocketPort.connect` does. */
export async function dialAgent({ sockets }: Pick<Ports, 'sockets'>, directory: string, signal: AbortSignal): Promise<Connection> {
  try {
    return await sockets.connect(`${directory}/${agentSocket}`, signal);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.code !== 'SOCKET_ABSENT') throw error;
    throw agentError('AGENT_ABSENT', 'the domain was started without a port for a guest agent', error);
  }
}
