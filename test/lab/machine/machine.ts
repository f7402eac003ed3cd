/** One QEMU process that plays the hardware of a lab. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from '../../../scripts/ensure-qemu.mjs';
import type { Emulator } from './emulator.js';
import { hostEmulator } from './emulator.js';
import type { Monitor } from './qmp.js';
import { openMonitor } from './qmp.js';

/** Names of the sockets and logs in a machine's directory. */
export const machineFiles = { console: 'console.log', log: 'qemu.log', monitor: 'qmp.sock', agent: 'agent.sock' } as const;

/** Milliseconds from SIGTERM to SIGKILL. */
const grace = 3_000;

export interface Machine {
  readonly monitor: Monitor;
  readonly pid: number;
  /** Rejects when QEMU has ended; never resolves. To be raced against what a machine is waited for. */
  readonly died: Promise<never>;
  /** What the kernel, and what runs below it, wrote to the serial line so far. */
  readonly console: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts QEMU, whose arguments put its sockets and logs into the directory. It ends with the process that started it, even one that is
 * killed, where the host has setpriv (util-linux).
 */
export async function startMachine(directory: string, args: readonly string[], emulator: Emulator = hostEmulator): Promise<Machine> {
  const log = openSync(join(directory, machineFiles.log), 'a');
  const tied = findOnPath('setpriv') === undefined ? [] : ['setpriv', '--pdeathsig', 'KILL'];
  const [command, ...rest] = [...tied, ...emulator, ...args];
  const child = spawn(command ?? emulator[0], rest, { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = endOf(child);
  const died = ended.then(async (how) => {
    throw new Error(`QEMU ended (${how}): ${await text(join(directory, machineFiles.log))}`);
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
    const monitor = await Promise.race([openMonitor(join(directory, machineFiles.monitor)), died]);
    return { monitor, pid: child.pid ?? 0, died, stop, console: () => text(join(directory, machineFiles.console)) };
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
