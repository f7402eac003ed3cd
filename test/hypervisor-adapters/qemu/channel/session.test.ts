import { afterAll, beforeAll, describe } from 'vitest';
import { startQmpPeers, type QmpPeers } from '../../../fakes/qmp-peer.js';
import { sessionScenarios } from './session-scenarios.js';

let peers: QmpPeers;
beforeAll(() => void (peers = startQmpPeers()));
afterAll(() => peers.stop());

describe('a session on a peer that speaks QMP', () => {
  sessionScenarios(async () => ({ socket: await peers.listen(), guestIsUp: () => Promise.resolve() }));
});
