/** A VMM that costs nothing: a real process with real files, and a channel that is this process's own memory. */
import { Subject } from 'rxjs';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import type { AnchorSession } from '../../src/hypervisor-adapters/contract/session.js';
import { launchRecipe } from '../../src/anchors/launch-recipe.js';
import type { Ports } from '../../src/effects/ports.js';
import type { ProcessIdentity } from '../../src/effects/ports/processes.js';
import type { Observation, RunState } from '../../src/machines/observations.js';

/** The file that the process follows: named in its argv, and nobody else's. */
const markerName = 'mark';

export function cheapAdapter(): HypervisorAdapter {
  /** The guests' states by pid, which outlive an engine. */
  const guests = new Map<number, RunState>();
  return {
    name: 'process',
    probe: () =>
      Promise.resolve({
        hypervisor: 'process',
        usable: true,
        executable: '/usr/bin/tail',
        acceleration: { usable: true, name: 'none', reason: 'nothing to accelerate' },
        machines: [],
        devices: [],
        kernelBackEnds: [],
      }),
    plan: ({ document, layout }) => {
      const marker = `${layout.directory}/${markerName}`;
      return {
        ok: true,
        plan: {
          hypervisor: 'process',
          accelerator: 'none',
          deviceModel: { machine: 'none', devices: [] },
          memoryBytes: document.spec.memory.size,
          cpus: 1,
          claims: [],
          ladder: ['quit', 'terminate', 'kill'],
          recipe: {
            executable: '/usr/bin/tail',
            args: ['-f', marker],
            env: {},
            marker,
            files: [{ path: marker, content: 'followed\n', mode: 0o600 }],
            copies: [],
            requires: [],
            transient: [`${layout.directory}/socket`],
          },
        },
      };
    },
    compare: () => ({ live: [], restart: ['spec.memory'] }),
    launch: (ports, recipe, layout) => launchRecipe(ports, recipe, layout),
    usage: () => Promise.resolve(undefined),
    connect: (ports, { identity }) => Promise.resolve(sessionOf(ports, identity, guests)),
  };
}

function sessionOf(ports: Ports, identity: ProcessIdentity, guests: Map<number, RunState>): AnchorSession {
  const seen = new Subject<Observation>();
  const become = (state: RunState): Promise<void> => {
    guests.set(identity.pid, state);
    seen.next({ type: 'guest.state', state });
    return Promise.resolve();
  };
  const closed = new AbortController();
  void (async () => {
    while ((await ports.processes.presence(identity)) !== 'absent') await ports.clock.sleep(2, closed.signal);
    seen.complete();
  })().catch(() => undefined);
  return {
    observations: seen,
    latestState: () => guests.get(identity.pid) ?? 'prelaunch',
    runState: () => Promise.resolve(guests.get(identity.pid) ?? 'prelaunch'),
    release: () => become('running'),
    pause: () => become('paused'),
    suspend: () => become('suspended'),
    ask: () => Promise.resolve(),
    press: () => Promise.resolve(),
    quit: async () => {
      await ports.processes.signal(identity, 'SIGTERM');
    },
    transcript: () => [],
    close: () => closed.abort(),
  };
}
