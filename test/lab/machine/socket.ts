import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
const deadline = 10_000;

/** Connects to one of the machine's sockets, which QEMU makes some milliseconds after its start; it tells nobody when. */
export async function connected(path: string): Promise<Socket> {
  const until = Date.now() + deadline;
  for (;;) {
    const socket = connect(path);
    const error = await new Promise<Error | undefined>((resolve) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('error', resolve);
    });
    if (error === undefined) return socket;
    if (Date.now() > until) throw error;
    await sleep(20);
  }
}
