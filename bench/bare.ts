/** The floor: a VMM started by the least that Node can do. No records, no log, no supervision: exec, greeting, capabilities, `cont`, running. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BareRecipe {
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Absolute path of the monitor. */
  readonly qmp: string;
}

export interface BareGuest {
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** Resolves when QEMU has answered `cont`. */
export async function startBare({ args, cwd, executable, qmp }: BareRecipe): Promise<BareGuest> {
  mkdirSync(cwd, { recursive: true });
  const log = openSync(`${cwd}/anchor.log`, 'a', 0o600);
  const child = spawn(executable, args, { cwd, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const socket = await dial(qmp);
  await new Promise<void>((resolve, reject) => {
    let text = '';
    let step = 0;
    const steps = [
      { await: '"QMP"', send: '{"execute":"qmp_capabilities","id":1}' },
      { await: '"id": 1', send: '{"execute":"cont","id":2}' },
      { await: '"id": 2', send: undefined },
    ] as const;
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      text += bytes.toString();
      for (let next = steps[step]; next !== undefined && text.includes(next.await); next = steps[step]) {
        step += 1;
        if (next.send === undefined) resolve();
        else socket.write(next.send);
      }
    });
  });
  return {
    async stop() {
      child.kill('SIGKILL');
      await exited;
      socket.destroy();
    },
  };
}

async function dial(path: string): Promise<ReturnType<typeof connect>> {
  for (;;) {
    const socket = connect(path);
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (open) return socket;
    await sleep(1);
  }
}
