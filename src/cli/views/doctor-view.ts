/** What the doctor found, as text. Pure. */
import type { HostSurvey, HypervisorSurvey } from '../doctor/survey.js';
import type { Remedy } from '../doctor/remedies.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { counted, inBytes } from '../text/quantities.js';
import { pciLines } from './pci-view.js';

export function doctorText({ cgroups, host, hypervisors, pci, stateDirectory }: HostSurvey, paint: Paint): string {
  const lines = [
    `${paint('bold', 'host')}  ${host.architecture}, Linux ${printable(host.kernel)}, ${counted(host.cpus, 'CPU')}, ${inBytes(host.memoryBytes)} of memory (${inBytes(host.availableMemoryBytes)} free), ${host.uid === 0 ? 'root' : `uid ${host.uid}`}`,
    `${paint('bold', 'state')} ${printable(stateDirectory.path)}: ${directoryText(stateDirectory)}`,
    ...(stateDirectory.remedy === null ? [] : remedyLines(stateDirectory.remedy, paint)),
    ...cgroupLines(cgroups, paint),
    ...hypervisors.flatMap((one) => ['', ...hypervisorLines(one, paint)]),
    ...pciLines(pci, hypervisors, paint),
    '',
    verdict(hypervisors, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function cgroupLines(cgroups: HostSurvey['cgroups'], paint: Paint): readonly string[] {
  if (cgroups.usable) return [`${paint('bold', 'cgroups')} each anchor gets one of its own, below ${printable(cgroups.root)}`];
  return [`${paint('bold', 'cgroups')} none`, ...remedyLines({ what: `anchors get no cgroup of their own: ${cgroups.reason}`, cure: cgroups.cure }, paint)];
}

function hypervisorLines({ acceleration, executable, hypervisor, kernelBackEnds, remedies, usable, version }: HypervisorSurvey, paint: Paint): readonly string[] {
  const mark = usable ? paint('green', 'usable') : paint('red', 'not usable');
  const what = [version, executable].filter((one) => one !== undefined).join(', ');
  const facts = usable
    ? [
        // Why it is not accelerated stands below, with what would mend it.
        ...(acceleration.usable ? [`  ${paint('green', 'accelerated')} by ${acceleration.name}: ${printable(acceleration.reason)}`] : []),
        `  kernel back ends: ${kernelBackEnds.length === 0 ? 'none' : kernelBackEnds.join(', ')}`,
      ]
    : [];
  return [`${paint('bold', hypervisor)}  ${mark}${what === '' ? '' : ` (${printable(what)})`}`, ...facts, ...remedies.flatMap((remedy) => remedyLines(remedy, paint))];
}

function remedyLines({ cure, what }: Remedy, paint: Paint): readonly string[] {
  return [`  ${paint('yellow', '!')} ${printable(what)}`, `    to mend it: ${printable(cure)}`];
}

function directoryText({ engine, exists, writable }: HostSurvey['stateDirectory']): string {
  const holder = engine === null ? 'no engine runs on it' : `an engine runs on it (pid ${engine})`;
  return `${exists ? 'exists' : 'not there yet'}, ${writable ? 'writable' : 'not writable'}, ${holder}`;
}

function verdict(hypervisors: readonly HypervisorSurvey[], paint: Paint): string {
  const usable = hypervisors.filter((one) => one.usable).map(({ hypervisor }) => hypervisor);
  return usable.length === 0 ? paint('red', 'No hypervisor is usable on this host.') : `Domains can run here on ${usable.join(', ')}.`;
}
