/** A machine with an IOMMU and devices to pass through, whose root is that of the host, in which scenarios run commands. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, openChannel } from '../exec/channel.js';
import { machineFiles, startMachine } from '../machine/machine.js';
import type { Monitor } from '../machine/qmp.js';
import { toStderr } from '../progress.js';
import { commandLine } from './hardware.js';
import { preparedLab } from './prepare.js';

/** A boot takes fifteen seconds on an idle machine with two cores. Milliseconds. */
const bootDeadline = 4 * 60_000;
const syncDeadline = 10_000;
/** Of each of the two disks. Bytes. */
const diskSize = 64 * 1024 ** 2;

export interface PassthroughLabOptions {
  /** Directory of the host that is /project inside, over 9p. It is cached there: what the host changes later may not be seen. */
  readonly share: string;
}

export interface PassthroughLab extends AsyncDisposable {
  /** Runs a command inside, in /project by default. Several may run at the same time. */
  readonly exec: Channel['exec'];
  /** Writes a file inside. */
  readonly put: Channel['put'];
  /** QEMU's monitor of the machine: the hand that makes its hardware fail. */
  readonly hardware: Monitor;
  /** What the kernel wrote to the serial line. */
  readonly console: () => Promise<string>;
  /** Pulls the plug: nothing of the machine remains but, with LAB_KEEP=1, its directory of logs. */
  readonly stop: () => Promise<void>;
}

/** What scenarios need of a lab: commands and files inside. */
export type Inside = Pick<PassthroughLab, 'exec' | 'put'>;

/** Builds what is missing; see `npm run test:lab -- --help`. */
export async function startPassthroughLab({ share }: PassthroughLabOptions): Promise<PassthroughLab> {
  const prepared = await preparedLab(toStderr);
  const directory = await mkdtemp(join(tmpdir(), 'windlass-passthrough-'));
  const forget = async (): Promise<void> => {
    if (process.env['LAB_KEEP'] === '1') toStderr(`kept ${directory}`);
    else await rm(directory, { recursive: true, force: true });
  };
  for (const name of ['nvme0.img', 'nvme1.img']) {
    await writeFile(join(directory, name), '');
    await truncate(join(directory, name), diskSize);
  }
  const machine = await startMachine(directory, commandLine({ ...prepared, directory, share })).catch(async (error: unknown) => {
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
    await Promise.race([channel.ping(bootDeadline), machine.died]);
    return { exec: channel.exec, put: channel.put, hardware: machine.monitor, console: machine.console, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    toStderr((await machine.console()).slice(-4_000));
    await stop();
    throw error;
  }
}
