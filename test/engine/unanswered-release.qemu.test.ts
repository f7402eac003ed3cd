/** A monitor that breaks as its guest is let run: QEMU has said that the guest runs, and not yet that it was let. */
import { Observable } from 'rxjs';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/effects/ports/sockets.js';
import { hostPorts } from '../../src/effects/host-ports.js';
import { domain, eventsOf, phasesOf, startEngine, untilRunning } from '../support/scenario.js';
import { untilBeats } from '../support/guest-console.js';

/** It breaks behind the line that tells of the event. */
function breakingAfter(event: string, connection: Connection): Connection {
  return {
    ...connection,
    received: new Observable((subscriber) =>
      connection.received.subscribe({
        next: (bytes) => {
          const at = Buffer.from(bytes).indexOf(`"${event}"`);
          if (at < 0) {
            subscriber.next(bytes);
            return;
          }
          subscriber.next(bytes.subarray(0, bytes.indexOf(10, at) + 1));
          subscriber.complete();
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    ),
  };
}

test('a guest that was seen to run goes on, over another connection', async () => {
  const real = hostPorts();
  let dialled = 0;
  const ports: typeof real = {
    ...real,
    sockets: {
      ...real.sockets,
      connect: async (path, signal) => {
        const connection = await real.sockets.connect(path, signal);
        dialled += 1;
        return dialled === 1 ? breakingAfter('RESUME', connection) : connection;
      },
    },
  };
  const engine = await startEngine({ ports });
  await engine.apply([domain('cut')]);
  const beats = await untilBeats(engine.stateDirectory, 'cut', 2);
  const status = await untilRunning(engine, 'cut');
  expect(status).toMatchObject({ incarnation: 1, failures: 0, lastEnd: null, problem: null, runState: 'running' });
  expect([dialled, beats[0]]).toEqual([2, 1]);
  expect(phasesOf(engine, 'cut')).toEqual(['observing', 'pending', 'device-model-ready', 'booting', 'running']);
  const reasons = eventsOf(engine, 'cut').flatMap((event) => (event.type === 'windlass.domain.condition' ? [event.data.condition.reason] : []));
  expect(reasons).toContain('RELEASE_UNCONFIRMED');
});
