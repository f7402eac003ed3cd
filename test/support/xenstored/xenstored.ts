import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { XenstoredFiles } from './daemons.js';

/** C xenstored, and the one in OCaml that Debian starts. */
export type DaemonName = 'xenstored' | 'oxenstored';

export const daemonNames: readonly DaemonName[] = ['xenstored', 'oxenstored'];

/** A genuine daemon, with a store of its own. */
export interface Xenstored {
  readonly name: DaemonName;
  readonly socket: string;
  /** Starts it with an empty store, at the same place as before; resolves when it answers. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. Its socket's file stays. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  /** What the hypervisor says of a domain from now on. Nobody is told. */
  domain(domid: number, state: 'running' | 'shutdown' | 'crashed' | 'dying' | 'absent'): void;
  /** VIRQ_DOM_EXC: the daemon looks at its domains again. */
  virq(): void;
  /** Kills it, and removes all that it left. */
  dispose(): Promise<void>;
}

const startDeadline = 10_000;

export async function startXenstored(name: DaemonName, files: XenstoredFiles): Promise<Xenstored> {
  const directory = mkdtempSync(join(tmpdir(), 'xenstored-'));
  const socket = join(directory, 'socket');
  const domains = new Map<number, string>();
  let child: ChildProcess | undefined;
  let complaints = '';

  const kill = async (): Promise<void> => {
    const ending = child;
    if (ending === undefined) return;
    child = undefined;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    if (ending.exitCode === null && ending.signalCode === null) {
      ending.kill('SIGKILL');
      await gone;
    }
  };
  const start = async (): Promise<void> => {
    await kill();
    // Else a dial would meet the socket of the one before, between unlink and bind.
    for (const left of [socket, join(directory, 'virq')]) rmSync(left, { force: true });
    const started = spawn(join(files.binaries, name), argumentsFor(name, directory, files), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { LD_LIBRARY_PATH: files.libraries, LD_PRELOAD: files.hypervisor, WINDLASS_HYPERVISOR: directory, XENSTORED_RUNDIR: directory },
    });
    child = started;
    started.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const until = Date.now() + startDeadline;
    while (!(await listens(socket))) {
      if (started.exitCode !== null || started.signalCode !== null || Date.now() > until) throw new Error(`${name} did not start: ${complaints}`);
      await sleep(3);
    }
  };

  writeFileSync(join(directory, 'domains'), '');
  await start();
  return {
    name,
    socket,
    start,
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    domain: (domid, state) => {
      if (state === 'absent') domains.delete(domid);
      else domains.set(domid, state);
      // In one step, since the daemon may be reading.
      writeFileSync(join(directory, 'domains.new'), [...domains].map(([id, word]) => `${id} ${word}\n`).join(''));
      renameSync(join(directory, 'domains.new'), join(directory, 'domains'));
    },
    virq: () => appendFileSync(join(directory, 'virq'), '!'),
    dispose: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function argumentsFor(name: DaemonName, directory: string, files: XenstoredFiles): readonly string[] {
  const pid = join(directory, 'pid');
  if (name === 'xenstored') return ['--no-fork', '--pid-file', pid];
  const configuration = join(directory, 'oxenstored.conf');
  const places = [`pid-file = ${pid}`, `xenstored-log-file = ${join(directory, 'log')}`, `access-log-file = ${join(directory, 'access-log')}`];
  // Of two lines about the same thing, the later counts.
  writeFileSync(configuration, `${readFileSync(files.configuration, 'utf8')}\n${places.join('\n')}\n`);
  return ['--no-fork', '--config-file', configuration, '--pid-file', pid];
}

async function listens(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
