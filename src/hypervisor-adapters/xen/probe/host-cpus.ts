import { messageOf } from '../../../errors.js';
import type { Ports } from '../../../effects/ports.js';
import type { CpuSurvey } from '../../contract/cpu-survey.js';
import { toolstackOf } from '../anchor/toolstack.js';

/** Asked anew each time: an operator switches CPUs off, or gives them to another pool, while the host runs. dom0 sees its own virtual ones only. */
export async function hostCpus(ports: Ports): Promise<CpuSurvey> {
  try {
    const toolstack = await toolstackOf(ports);
    return toolstack === undefined ? { unknown: 'xl is not installed' } : { usable: await toolstack.cpus() };
  } catch (error) {
    return { unknown: messageOf(error) };
  }
}
