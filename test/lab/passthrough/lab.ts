/** A machine with an IOMMU and devices to pass through, whose root is that of the host, in which scenarios run commands. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabOnMachine, startLab } from '../machine/lab.js';
import { startMachine } from '../machine/machine.js';
import { toStderr } from '../progress.js';
import { commandLine } from './hardware.js';
import { preparedLab } from './prepare.js';

/** A boot takes fifteen seconds on an idle machine with two cores. Milliseconds. */
const bootDeadline = 4 * 60_000;
/** Of each of the two disks. Bytes. */
const diskSize = 64 * 1024 ** 2;

export interface PassthroughLabOptions {
  /** Directory of the host that is /project inside, over 9p. It is cached there: what the host changes later may not be seen. */
  readonly share: string;
}

/** Builds what is missing; see `npm run test:lab -- --help`. */
export async function startPassthroughLab({ share }: PassthroughLabOptions): Promise<LabOnMachine> {
  const prepared = await preparedLab(toStderr);
  return await startLab({
    name: 'windlass-passthrough',
    answerDeadline: bootDeadline,
    machine: async (directory) => {
      for (const name of ['nvme0.img', 'nvme1.img']) {
        await writeFile(join(directory, name), '');
        await truncate(join(directory, name), diskSize);
      }
      return await startMachine(directory, commandLine({ ...prepared, directory, share }));
    },
  });
}
