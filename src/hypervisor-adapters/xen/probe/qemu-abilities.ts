import type { ProcessPort } from '../../../effects/ports/processes.js';
import { isXenSince } from '../xen-version.js';
import { lateDeviceAbility, takesLateDevices } from './late-devices.js';
import type { QemuAnswers } from './probe-cache.js';
import { takesVncPasswords, vncPasswordAbility, type XenQemu } from './vnc-password.js';

const questions = { [vncPasswordAbility]: takesVncPasswords, [lateDeviceAbility]: takesLateDevices } as const;

/** What it has not been asked yet, and matters with this Xen; nothing for what it could not be asked. */
export async function askQemu(processes: Pick<ProcessPort, 'run'>, qemu: XenQemu, xen: string, known: QemuAnswers): Promise<QemuAnswers> {
  const open = Object.entries(questions).filter(([ability]) => known[ability] === undefined && (ability !== lateDeviceAbility || givesLateDevices(xen)));
  const said = await Promise.all(open.map(async ([ability, ask]) => [ability, await ask(processes, qemu)] as const));
  return Object.fromEntries(said.flatMap(([ability, able]) => (able === undefined ? [] : [[ability, able]])));
}

/**
 * Abilities by what a QEMU has answered. A named one gets the benefit of the doubt with passwords: it may be missing, which the launch tells by
 * the field that names it, and no guest runs unguarded. Each gets it with late devices, of which only some know that they take none.
 */
export function abilitiesOf(answers: QemuAnswers, named: boolean): readonly string[] {
  const password = answers[vncPasswordAbility] ?? named;
  const late = answers[lateDeviceAbility] ?? true;
  return [...(password ? [vncPasswordAbility] : []), ...(late ? [lateDeviceAbility] : [])];
}

/** Until 4.18 libxl wrote shares into the store before it started QEMU. */
function givesLateDevices(xen: string): boolean {
  return isXenSince(xen, 4, 19);
}
