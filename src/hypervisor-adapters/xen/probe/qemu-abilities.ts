import type { ProcessPort } from '../../../effects/ports/processes.js';
import { isXenSince } from '../xen-version.js';
import { lateDeviceAbility, takesLateDevices } from './late-devices.js';
import type { QemuAnswers } from './probe-cache.js';
import { takesVncPasswords, vncPasswordAbility, vncPasswordUnknown, type XenQemu } from './vnc-password.js';

const questions = { [vncPasswordAbility]: takesVncPasswords, [lateDeviceAbility]: takesLateDevices } as const;

/** What it has not been asked yet, and matters with this Xen; nothing for what it could not be asked. */
export async function askQemu(processes: Pick<ProcessPort, 'run'>, qemu: XenQemu, xen: string, known: QemuAnswers): Promise<QemuAnswers> {
  const open = Object.entries(questions).filter(([ability]) => known[ability] === undefined && (ability !== lateDeviceAbility || givesLateDevices(xen)));
  const said = await Promise.all(open.map(async ([ability, ask]) => [ability, await ask(processes, qemu)] as const));
  return Object.fromEntries(said.flatMap(([ability, able]) => (able === undefined ? [] : [[ability, able]])));
}

/**
 * Abilities by what a QEMU has answered. A named one gets the benefit of the doubt with passwords: it may be missing, which the launch tells by
 * the field that names it, and no guest runs unguarded. Of Xen's own it is told that nothing is known. Each gets the benefit with late devices,
 * of which only some know that they take none.
 */
export function abilitiesOf(answers: QemuAnswers, named: boolean): readonly string[] {
  const late = answers[lateDeviceAbility] ?? true;
  return [...passwordAbilities(answers[vncPasswordAbility], named), ...(late ? [lateDeviceAbility] : [])];
}

function passwordAbilities(answer: boolean | undefined, named: boolean): readonly string[] {
  if (answer === undefined && !named) return [vncPasswordUnknown];
  return answer === false ? [] : [vncPasswordAbility];
}

/** Until 4.18 libxl wrote shares into the store before it started QEMU. */
function givesLateDevices(xen: string): boolean {
  return isXenSince(xen, 4, 19);
}
