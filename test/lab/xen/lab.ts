/** A real Xen with a real dom0, restored from a snapshot in seconds, in which scenarios run commands. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toStderr } from '../progress.js';
import type { Channel } from '../exec/channel.js';
import { openChannel } from '../exec/channel.js';
import { machineFiles } from '../machine/machine.js';
import { restore } from './machine/snapshot.js';
import { preparedXenLab } from './prepare.js';

/** For the agent's first answer after the machine goes on. Milliseconds. */
const answerDeadline = 60_000;
const syncDeadline = 10_000;

export interface XenLabOptions {
  /**
   * Directory of the host that is /project in dom0, over 9p. Cached in dom0, so that programs load fast: what dom0 writes reaches the host at
   * `sync`, and what the host changes after dom0 has read it is not seen there.
   */
  readonly share: string;
}

export interface XenLab extends AsyncDisposable {
  /** Runs a command in dom0, in /project by default. Several may run at the same time. */
  readonly exec: Channel['exec'];
  /** Writes a file in dom0. */
  readonly put: Channel['put'];
  /** What Xen and dom0's kernel wrote to the serial line since the machine was restored. */
  readonly console: () => Promise<string>;
  /** Pulls the plug, after what dom0 wrote to its share has reached the host: nothing of the machine remains but, with LAB_KEEP=1, its directory of logs. */
  readonly stop: () => Promise<void>;
}

/** What scenarios need of a lab: commands and files in its dom0. */
export type Dom0 = Pick<XenLab, 'exec' | 'put'>;

/** Builds what is missing, which takes minutes the first time; see `npm run test:lab -- --help`. */
export async function startXenLab({ share }: XenLabOptions): Promise<XenLab> {
  const { artefacts, snapshot, store } = await preparedXenLab(toStderr);
  const directory = await mkdtemp(join(tmpdir(), 'windlass-xen-'));
  const forget = async (): Promise<void> => {
    if (process.env['LAB_KEEP'] === '1') toStderr(`kept ${directory}`);
    else await rm(directory, { recursive: true, force: true });
  };
  const machine = await restore(snapshot, { artefacts, store, directory, share }).catch(async (error: unknown) => {
    await forget();
    throw error;
  });
  let channel: Channel | undefined;
  const stop = async (): Promise<void> => {
    // A machine that hangs is stopped all the same.
    await channel?.exec(['sync', '-f', '/project'], { cwd: '/', timeout: syncDeadline }).catch(() => undefined);
    await machine.stop();
    await forget();
  };
  try {
    channel = await openChannel(join(directory, machineFiles.agent));
    await Promise.race([channel.ping(answerDeadline), machine.died]);
    await wakeUp(channel);
    return { exec: channel.exec, put: channel.put, console: machine.console, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** dom0's clock stands where it was saved, and its share was not mounted then: a mount does not survive the change of its server. */
async function wakeUp(channel: Channel): Promise<void> {
  const options = 'trans=virtio,version=9p2000.L,msize=512000,cache=loose';
  const script = `date -s @${(Date.now() / 1_000).toFixed(3)} > /dev/null && mount -t 9p -o ${options} share /project`;
  const { code, stderr } = await channel.exec(['sh', '-c', script], { cwd: '/' });
  if (code !== 0) throw new Error(`dom0 did not mount its share: ${stderr}`);
}
