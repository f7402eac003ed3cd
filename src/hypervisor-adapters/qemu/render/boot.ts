import type { Argument } from './argument.js';
import { part, type Part, type PlanContext } from './part.js';

/** A kernel given directly, or firmware that looks for a device with a boot index and at no other. */
export function boot(context: PlanContext): Part {
  const { kernel, initrd, cmdline } = context.document.spec.boot;
  if (kernel === undefined) return part({ backEnds: [['-boot', 'menu=off,strict=on']] });
  if (initrd?.includes(',') === true) {
    const message = 'the path holds a comma, at which QEMU splits a list of modules';
    return part({ problems: [{ field: 'spec.boot.initrd', code: 'PLAN_VALUE_REFUSED', message, cure: 'rename the file' }] });
  }
  const given: Argument[] = [['-kernel', kernel]];
  if (initrd !== undefined) given.push(['-initrd', initrd]);
  if (cmdline !== undefined) given.push(['-append', cmdline]);
  return part({
    backEnds: given,
    requires: [
      { path: kernel, field: 'spec.boot.kernel', writable: false },
      ...(initrd === undefined ? [] : [{ path: initrd, field: 'spec.boot.initrd', writable: false }]),
    ],
  });
}
