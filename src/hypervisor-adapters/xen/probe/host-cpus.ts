import { messageOf } from '../../../errors.js';
import type { Ports } from '../../../effects/ports.js';
import type { CpuSurvey } from '../../contract/cpu-survey.js';
import { createXl } from '../channel/xl/xl.js';

/** Asked anew each time: an operator switches CPUs off, or gives them to another pool, while the host runs. dom0 sees its own virtual ones only. */
export async function hostCpus(ports: Ports): Promise<CpuSurvey> {
  try {
    const executable = await ports.files.findExecutable('xl');
    if (executable === undefined) return { unknown: 'xl is not installed' };
    const xl = createXl(ports.processes, executable);
    const [{ highestCpu }, usable] = await Promise.all([xl.info(), xl.cpus()]);
    return { highest: highestCpu, usable };
  } catch (error) {
    return { unknown: messageOf(error) };
  }
}
