import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface RealQemu {
  readonly child: ChildProcess;
  /** Its monitor. */
  readonly socket: string;
  /** What the guest has said on COM1. */
  console(): string;
  /** Resolves with the exit code when the process has ended. */
  readonly exited: Promise<number | null>;
}

/** Starts a paused QEMU with a private monitor; it is killed when the test ends. `disk`: path of a raw image to boot. */
export function startQemu(options: { readonly machine?: string; readonly disk?: string; readonly extra?: readonly string[] } = {}): RealQemu {
  const directory = mkdtempSync(join(tmpdir(), 'windlass-qmp-'));
  const socket = join(directory, 'qmp');
  const log = join(directory, 'console');
  const disk =
    options.disk === undefined
      ? []
      : ['-blockdev', JSON.stringify({ driver: 'raw', 'node-name': 'd', file: { driver: 'file', filename: options.disk } }), '-device', 'virtio-blk-pci,drive=d'];
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...['-machine', `${options.machine ?? 'q35'},accel=tcg`, '-nodefaults', '-no-user-config', '-display', 'none', '-m', '32', '-S', '-no-shutdown'],
      ...['-qmp', `unix:${socket},server=on,wait=off`, '-serial', `file:${log}`],
      ...disk,
      ...(options.extra ?? []),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  });
  return { child, socket, exited, console: () => readFileSync(log, 'latin1') };
}
