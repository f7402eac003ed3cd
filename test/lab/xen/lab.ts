/** A real Xen with a real dom0, restored from a snapshot in seconds, in which scenarios run commands. */
import { toStderr } from '../progress.js';
import { type Inside, type Lab, startLab } from '../machine/lab.js';
import { restore } from './machine/snapshot.js';
import { type MachineVariant, preparedXenLab } from './prepare.js';

/** For the agent's first answer after the machine goes on. Milliseconds. */
const answerDeadline = 60_000;

export interface XenLabOptions {
  /**
   * Directory of the host that is /project in dom0, over 9p. Cached in dom0, so that programs load fast: what dom0 writes reaches the host at
   * `sync`, and what the host changes after dom0 has read it is not seen there.
   */
  readonly share: string;
  /** Default: the usual machine. A variant has a snapshot of its own, which takes half a minute to make. */
  readonly variant?: MachineVariant | undefined;
}

/** What scenarios need of a lab: commands and files in its dom0. */
export type Dom0 = Inside;

/** Builds what is missing, which takes minutes the first time; see `npm run test:lab -- --help`. */
export async function startXenLab({ share, variant }: XenLabOptions): Promise<Lab> {
  const { artefacts, kind, snapshot } = await preparedXenLab(toStderr, variant);
  return await startLab({ name: 'windlass-xen', answerDeadline, wakeUp, machine: (directory) => restore(snapshot, { ...kind, artefacts, directory, share }) });
}

/** dom0's clock stands where it was saved, and its share was not mounted then: a mount does not survive the change of its server. */
async function wakeUp({ exec }: Dom0): Promise<void> {
  const options = 'trans=virtio,version=9p2000.L,msize=512000,cache=loose';
  const script = `date -s @${(Date.now() / 1_000).toFixed(3)} > /dev/null && mount -t 9p -o ${options} share /project`;
  const { code, stderr } = await exec(['sh', '-c', script], { cwd: '/' });
  if (code !== 0) throw new Error(`dom0 did not mount its share: ${stderr}`);
}
