import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { hostClock } from '../../../../../src/effects/clock.js';
import { hostSockets } from '../../../../../src/effects/sockets.js';
import { createXenstoreClient, type XenstoreClient } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/client.js';
import { startXenstorePeers, type PeerScript, type XenstorePeers } from '../../../../fakes/xenstore-peer.js';

/** Numbers of the message types, as a script names them; the peer takes nothing from the client under test. */
export const type = { directory: 1, read: 2, permissions: 3, watch: 4, unwatch: 5, start: 6, end: 7, write: 11, mkdir: 12, partial: 22 } as const;

/** One peer process for the tests of a file. */
export function peersOfThisFile(): () => XenstorePeers {
  let peers: XenstorePeers;
  beforeAll(() => void (peers = startXenstorePeers()));
  afterAll(() => peers.stop());
  return () => peers;
}

export async function clientOf(path: string, deadline = 2000): Promise<XenstoreClient> {
  const client = createXenstoreClient(await hostSockets.connect(path, AbortSignal.timeout(5000)), { clock: hostClock, deadline });
  onTestFinished(() => client.close());
  return client;
}

/** A client of a new peer with this script. */
export async function clientOfPeer(peers: XenstorePeers, script: PeerScript, deadline?: number): Promise<XenstoreClient> {
  return await clientOf(await peers.listen(script), deadline);
}
