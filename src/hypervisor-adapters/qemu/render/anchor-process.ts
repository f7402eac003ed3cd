import { isAtLeast } from '../probe/version.js';
import type { PlanProblem } from '../../contract/plan.js';
import { keyedArgument, type Argument } from './argument.js';
import { systemUuid } from './firmware-tables.js';
import { watchdogAction } from './guest-services.js';
import { part, type Part, type PlanContext } from './part.js';

/** Sockets of the engine's own monitor and of the operators'. A QEMU monitor serves one client at a time, so that they cannot share. */
const monitors = ['qmp', 'monitor'] as const;

/** The file that QEMU locks as long as it lives; its absolute path in argv marks the anchor. */
export function lockFile(context: Pick<PlanContext, 'layout'>): string {
  return `${context.layout.directory}/qemu.pid`;
}

/** How the process behaves: stopped at first, no policy of its own, confined, with its monitors. */
export function anchorProcess(context: PlanContext): Part {
  const { document, host } = context;
  const { spec } = document;
  const problems: PlanProblem[] =
    spec.user === undefined || host.uid === 0
      ? []
      : [{ field: 'spec.user', code: 'PLAN_NOT_PERMITTED', message: 'only root can start an anchor as another user', cure: 'run the engine as root, or leave user out' }];
  return part({
    problems,
    sockets: monitors,
    backEnds: [
      ['-name', `guest=${document.metadata.name},debug-threads=on`],
      ['-uuid', systemUuid(context)],
      // The device model is complete before any vCPU runs, and the engine decides when one does.
      ['-S'],
      ['-no-user-config'],
      ['-nodefaults'],
      ['-display', 'none'],
      // Power-off and panic leave the process where it is, for the engine to see and to decide; a reset stays inside the guest.
      ['-no-shutdown'],
      ['-action', `panic=pause,watchdog=${watchdogAction(spec)}`],
      ['-msg', 'timestamp=on'],
      // QEMU holds a lock on this file: a second QEMU for the same domain ends at once. Nobody else writes or removes it.
      ['-pidfile', lockFile(context)],
      ...sandbox(context),
      ...user(context),
      ...monitors.flatMap((name) => [
        // Names in documents have no dots, so that this one is never theirs.
        keyedArgument('-chardev', 'socket', { id: `monitor.${name}`, path: name, server: true, wait: false }),
        keyedArgument('-mon', undefined, { chardev: `monitor.${name}`, mode: 'control' }),
      ]),
    ],
  });
}

/**
 * A system call filter. With another user QEMU must still be able to become that user, which the filter would forbid; afterwards the kernel
 * forbids it, and `spawn=deny` all that a set-user-id program could give.
 */
function sandbox({ document: { spec } }: PlanContext): readonly Argument[] {
  if (!spec.sandbox) return [];
  return [['-sandbox', `on,obsolete=deny,elevateprivileges=${spec.user === undefined ? 'deny' : 'allow'},spawn=deny,resourcecontrol=deny`]];
}

/** QEMU opens images, taps and vhost devices as root and then gives up its rights, before any vCPU runs. */
function user({ document: { spec }, facts }: PlanContext): readonly Argument[] {
  if (spec.user === undefined) return [];
  const name = typeof spec.user === 'number' ? `${spec.user}:${spec.user}` : spec.user;
  return isAtLeast(facts.version ?? '0', '9.1') ? [['-run-with', `user=${name}`]] : [['-runas', name]];
}
