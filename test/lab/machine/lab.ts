/** What every lab with a whole machine is: a directory of its own, a machine, and an agent inside that runs commands. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, openChannel } from '../exec/channel.js';
import { toStderr } from '../progress.js';
import { type Machine, machineFiles } from './machine.js';
import type { Monitor } from './qmp.js';

const syncDeadline = 10_000;

export interface Lab extends AsyncDisposable {
  /** Runs a command inside, in /project by default. Several may run at the same time. */
  readonly exec: Channel['exec'];
  /** Writes a file inside. */
  readonly put: Channel['put'];
  /** What the kernel, and what runs below it, wrote to the serial line since the machine was started. */
  readonly console: () => Promise<string>;
  /**
   * Pulls the plug, after what was written to /project has reached the host: nothing of the machine remains but, with LAB_KEEP=1, its directory of
   * logs.
   */
  readonly stop: () => Promise<void>;
}

/** A lab with the hand on its machine: QEMU's monitor, which makes its hardware fail. */
export interface LabOnMachine extends Lab {
  readonly hardware: Monitor;
}

/** What scenarios need of a lab: commands and files inside. */
export type Inside = Pick<Lab, 'exec' | 'put'>;

export interface LabStart {
  /** Begins the name of its directory among the host's temporary ones. */
  readonly name: string;
  readonly machine: (directory: string) => Promise<Machine>;
  /** For the agent's first answer. Milliseconds. */
  readonly answerDeadline: number;
  /** Runs inside once the agent has answered, before any scenario. */
  readonly wakeUp?: (inside: Inside) => Promise<void>;
}

/** Rejects, with the last of the machine's console on stderr, where the machine ends or its agent does not answer; nothing is left then either. */
export async function startLab({ answerDeadline, machine: start, name, wakeUp }: LabStart): Promise<LabOnMachine> {
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  const forget = async (): Promise<void> => {
    if (process.env['LAB_KEEP'] === '1') toStderr(`kept ${directory}`);
    else await rm(directory, { recursive: true, force: true });
  };
  const machine = await start(directory).catch(async (error: unknown) => {
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
    await wakeUp?.(channel);
    return { exec: channel.exec, put: channel.put, hardware: machine.monitor, console: machine.console, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    toStderr((await machine.console()).slice(-4_000));
    await stop();
    throw error;
  }
}
