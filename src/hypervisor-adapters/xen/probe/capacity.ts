import type { Ports } from '../../../effects/ports.js';
import { createXl } from '../channel/xl/xl.js';
import { obstacleToControl } from './control-domain.js';

/** All of the machine's memory but what the control domain has: what is free now says nothing once domains are adopted. */
export async function capacity(ports: Ports): Promise<number | undefined> {
  if ((await obstacleToControl(ports.files)) !== undefined) return undefined;
  const executable = await ports.files.findExecutable('xl');
  if (executable === undefined) return undefined;
  const xl = createXl(ports.processes, executable);
  const [{ totalMemoryMiB }, { domains }] = await Promise.all([xl.info(), xl.list()]);
  const control = domains.find(({ id }) => id === 0);
  return Math.max(totalMemoryMiB - (control?.memoryMiB ?? 0), 0) * 2 ** 20;
}
