import { symlink } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { WindlassError } from '../../../src/errors.js';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { Ports } from '../../../src/effects/ports.js';
import type { SocketPort } from '../../../src/effects/ports/sockets.js';
import type { AnchorSession } from '../../../src/hypervisor-adapters/contract/session.js';
import { connect } from '../../../src/hypervisor-adapters/qemu/anchor/connect.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { startAgentPeers } from '../../fakes/agent-peer.js';
import { startQmpPeers } from '../../fakes/qmp-peer.js';
import { layoutOf } from './plan-requests.js';

const real = hostPorts();
const peers = startQmpPeers();
const agents = startAgentPeers();
afterAll(async () => {
  peers.stop();
  agents.stop();
  await real.close();
});

function connectIn(directory: string, signal: AbortSignal, ports: Ports = real): Promise<AnchorSession> {
  const identity = { pid: 1, startTime: '1', bootId: 'b', executable: '/usr/bin/qemu-system-x86_64' };
  return connect(ports, { layout: { ...layoutOf('web'), directory }, identity, marker: '', silence: 1000, signal });
}

it('waits for a monitor that is not there yet', async () => {
  await using directory = await temporaryDirectory();
  const monitor = await peers.listen();
  const connecting = connectIn(directory.path, AbortSignal.timeout(5000));
  await real.clock.sleep(30);
  await symlink(monitor, `${directory.path}/qmp`);
  const session = await connecting;
  expect(await session.runState()).toBe('prelaunch');
  session.close();
});

it('dials again while the socket refuses, and not after any other failure', async () => {
  await using directory = await temporaryDirectory();
  await symlink(await peers.listen(), `${directory.path}/qmp`);
  const failures = ['SOCKET_REFUSED', 'SOCKET_REFUSED', 'SOCKET_FAILED'];
  const dial: SocketPort['connect'] = () => Promise.reject(new WindlassError(failures.shift() ?? 'NONE_LEFT', 'not now'));
  const failing = { ...real, sockets: { ...real.sockets, connect: dial } };
  await expect(connectIn(directory.path, AbortSignal.timeout(5000), failing)).rejects.toMatchObject({ code: 'SOCKET_FAILED' });
  expect(failures).toEqual([]);
});

it('gives up when its signal says so', async () => {
  await using directory = await temporaryDirectory();
  const reason = new Error('the deadline has passed');
  const controller = new AbortController();
  const connecting = connectIn(directory.path, controller.signal);
  controller.abort(reason);
  await expect(connecting).rejects.toBe(reason);
});

it('finds the guest’s agent beside the monitor, and says so where the domain has no port for one', async () => {
  await using directory = await temporaryDirectory();
  await symlink(await peers.listen(), `${directory.path}/qmp`);
  const session = await connectIn(directory.path, AbortSignal.timeout(5000));
  await expect(session.ask(AbortSignal.timeout(5000))).rejects.toMatchObject({ code: 'AGENT_ABSENT', retryable: false });
  expect(session).toHaveProperty('agentAnswers');
  // Not false: a guest that nobody can ask has not kept silent.
  expect(await session.agentAnswers?.(AbortSignal.timeout(5000))).toBeUndefined();

  const agent = await agents.listen();
  await symlink(agent, `${directory.path}/agent`);
  expect(await session.agentAnswers?.(AbortSignal.timeout(5000))).toBe(true);
  await session.ask(AbortSignal.timeout(5000));
  expect(await agents.heardAt(agent)).toContain('guest-shutdown');
  session.close();
});
