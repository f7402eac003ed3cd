import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { Connection } from '../../../../effects/ports/sockets.js';
import { exchange, type QmpCommand } from './exchange.js';

/** Id of the VNC server that QEMU was given with a password: xl's own, which it is told to do without, is `default`. */
export const guardedServerId = 'windlass';

/** Milliseconds; it ends before the deadline of the boot, so that it is told who did not answer. */
const deadline = 4_000;

/** Sets the password of the guarded server; resolves to its TCP port, where QEMU tells one. Rejects as `exchange` does. */
export async function setServerPassword(connection: Connection, password: string, { clock, signal }: { readonly clock: ClockPort; readonly signal: AbortSignal }): Promise<number | undefined> {
  const [, servers] = await exchange(
    connection,
    [passwordCommand(password), { execute: 'query-vnc-servers' }],
    { clock, deadline, signal },
  );
  const port = (servers as readonly ServerFacts[] | undefined)?.find(({ id }) => id === guardedServerId)?.server?.[0]?.service;
  return port === undefined || !/^\d{1,5}$/.test(port) ? undefined : Number(port);
}

/** `display`, without which only QEMU's first server would get it, came with QEMU 7.0. */
export function passwordCommand(password: string): QmpCommand {
  return { execute: 'set_password', arguments: { protocol: 'vnc', password, display: guardedServerId } };
}

/** Of `query-vnc-servers`, as far as it is read. */
interface ServerFacts {
  readonly id?: string;
  readonly server?: readonly { readonly service?: string }[];
}
