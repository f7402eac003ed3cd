/** A session on domain 7 of a Xen, with a genuine store, and an xl that is told what to say. */
import { onTestFinished } from 'vitest';
import { createRounds } from '../../../../src/anchors/rounds.js';
import type { ClockPort } from '../../../../src/effects/ports/clock.js';
import type { AnchorSession } from '../../../../src/hypervisor-adapters/contract/session.js';
import { openXenSession } from '../../../../src/hypervisor-adapters/xen/anchor/session.js';
import type { DaemonName } from '../../../support/xenstored/xenstored.js';
import { uuid } from '../xl-list.js';
import { xenHost, type XenHost, type XenHostOptions } from './xen-host.js';

/** Milliseconds between two looks of a session: nobody waits for the half minute of a real one. */
const roundInterval = 50;

export interface XenGuestOptions extends XenHostOptions {
  /** `pv` where it is left out. */
  readonly type?: 'pv' | 'pvh' | 'hvm';
  readonly now?: () => number;
  /** Milliseconds that the five seconds take, in which those who serve its sockets must answer. */
  readonly patience?: number;
}

/** `store` is the session's own. */
export interface XenGuest extends Pick<XenHost, 'store' | 'xenstored' | 'becomes' | 'asked'> {
  readonly session: AnchorSession;
}

/** It lives as long as the test. */
export async function xenGuest(name: DaemonName, { nodes = {}, now = () => Date.now(), patience = 5_000, type = 'pv', ...options }: XenGuestOptions): Promise<XenGuest> {
  const { asked, becomes, domain, ports, roster, store, xenstored, xl } = await xenHost(name, { ...options, nodes: { '/libxl/7/type': type, ...nodes } });
  const clock: ClockPort = { now, sleep: (milliseconds, signal) => ports.clock.sleep(milliseconds === 5_000 ? patience : milliseconds, signal) };
  const session = await openXenSession({
    clock,
    toolstack: { xl, roster, cpus: () => xl.cpus(), rounds: createRounds(clock, roundInterval), borrowStore: () => ({ store, letGo: () => undefined }) },
    borrowed: { store, letGo: () => undefined },
    marker: `uuid="${uuid}"`,
    domain: await domain(),
    monitor: () => Promise.reject(new Error('nobody asks for a monitor')),
    silence: 5_000,
  });
  onTestFinished(() => session.close());
  return { session, store, xenstored, becomes, asked };
}
