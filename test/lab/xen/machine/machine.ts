/** One QEMU process that plays the hardware for Xen. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from '../../../../scripts/ensure-qemu.mjs';
import type { MachineSetup } from './command-line.js';
import { commandLine, machineFiles } from './command-line.js';
import type { Monitor } from './qmp.js';
import { openMonitor } from './qmp.js';

/** Milliseconds from SIGTERM to SIGKILL. */
const grace = 3_000;

export interface Machine {
  readonly monitor: Monitor;
  readonly pid: number;
  /** Rejects when QEMU has ended; never resolves. To be raced against what a machine is waited for. */
  readonly died: Promise<never>;
  /** What Xen and dom0 wrote to the serial line so far. */
  console(): Promise<string>;
  stop(): Promise<void>;
}

export const qemu = 'qemu-system-x86_64';

/**
 * Starts QEMU; it runs at once, or waits for the state of a saved machine. It ends with the process that started it, even one that is
 * killed, where the host has setpriv (util-linux).
 */
export async function startMachine(setup: MachineSetup, incoming: boolean): Promise<Machine> {
  const log = openSync(join(setup.directory, machineFiles.log), 'a');
  const tied = findOnPath('setpriv') === undefined ? [] : ['setpriv', '--pdeathsig', 'KILL'];
  const [command = qemu, ...args] = [...tied, qemu, ...commandLine(setup, incoming)];
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = endOf(child);
  const died = ended.then(async (how) => {
    throw new Error(`QEMU ended (${how}): ${await text(join(setup.directory, machineFiles.log))}`);
  });
  // Whoever is interested races it; nobody else's rejection.
  died.catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), grace);
    await ended;
    clearTimeout(timer);
  };
  try {
    const monitor = await Promise.race([openMonitor(join(setup.directory, machineFiles.monitor)), died]);
    return { monitor, pid: child.pid ?? 0, died, stop, console: () => text(join(setup.directory, machineFiles.console)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? '?'}`));
  });
}

async function text(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
