/** A machine that has booted, as files: its memory, and the state of its devices. */
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Channel } from '../../exec/channel.js';
import { openChannel } from '../../exec/channel.js';
import type { Machine } from '../../machine/machine.js';
import { machineFiles, startMachine } from '../../machine/machine.js';
import { connected } from '../../machine/socket.js';
import type { MachineKind, MachineSetup } from './command-line.js';
import { commandLine } from './command-line.js';

/** A boot takes twenty seconds on an idle machine with two cores. Milliseconds. */
const bootDeadline = 5 * 60_000;
const migrationDeadline = 2 * 60_000;

const memoryFile = 'memory';
const stateFile = 'state';
/** QEMU's way to a file would be a shell's; so it sends and receives the state over a socket. */
const stateSocket = 'state.sock';

/** Memory stays where it is, in its file: only what is not in that file is written to the state, and read from it. */
const ignoreShared = { capabilities: [{ capability: 'x-ignore-shared', state: true }] };

/** Boots a machine once and saves it into a directory, or makes no directory. */
export async function makeSnapshot(artefacts: string, kind: MachineKind, directory: string): Promise<void> {
  const made = mkdtempSync(`${directory}.`);
  const share = join(made, 'share');
  mkdirSync(share);
  try {
    const setup = { ...kind, artefacts, memory: { file: join(made, memoryFile), saved: true }, directory: made, share };
    const machine = await startMachine(made, commandLine(setup, false), kind.emulator);
    try {
      const channel = await Promise.race([booted(made), machine.died]);
      await warmUp(channel);
      channel.close();
      await save(machine, made);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${(await machine.console()).slice(-4_000)}`, { cause: error });
    } finally {
      await machine.stop();
    }
    await rm(share, { recursive: true });
    renameSync(made, directory);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

async function booted(directory: string): Promise<Channel> {
  const channel = await openChannel(join(directory, machineFiles.agent));
  await channel.ping(bootDeadline);
  return channel;
}

/** What every start needs is in dom0's page cache from then on. A xenstored that does not answer here would answer in no restored machine. */
async function warmUp(channel: Channel): Promise<void> {
  for (const argv of [['node', '-e', '0'], ['xl', 'info'], ['xenstore-ls', '/']]) {
    const { code, stderr } = await channel.exec(argv, { cwd: '/' });
    if (code !== 0) throw new Error(`${argv.join(' ')} failed in dom0 (${code}): ${stderr}`);
  }
}

async function save({ monitor }: Machine, directory: string): Promise<void> {
  const socket = join(directory, stateSocket);
  const server = createServer();
  const received = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('connection', (from: Socket) => {
      pipeline(from, createWriteStream(join(directory, stateFile))).then(resolve, reject);
    });
  });
  server.listen(socket);
  try {
    await monitor.run('stop');
    await monitor.run('migrate-set-capabilities', ignoreShared);
    await monitor.run('migrate-set-parameters', { 'max-bandwidth': 10 ** 11 });
    await monitor.run('migrate', { uri: `unix:${socket}` });
    const status = await monitor.awaitStatus('query-migrate', ['none', 'setup', 'active', 'device', 'pre-switchover', 'wait-unplug'], migrationDeadline);
    if (status !== 'completed') throw new Error(`saving the machine ended as ${status}`);
    await received;
  } finally {
    server.close();
  }
}

/** Starts a machine as it was saved. Any number may run at the same time, each on a private copy of the memory's file. */
export async function restore(snapshot: string, setup: Omit<MachineSetup, 'memory'>): Promise<Machine> {
  await mkdir(setup.directory, { recursive: true });
  const whole = { ...setup, memory: { file: join(snapshot, memoryFile), saved: false } };
  const machine = await startMachine(setup.directory, commandLine(whole, true), setup.emulator);
  try {
    await machine.monitor.run('migrate-set-capabilities', ignoreShared);
    const socket = join(setup.directory, stateSocket);
    await machine.monitor.run('migrate-incoming', { uri: `unix:${socket}` });
    await pipeline(createReadStream(join(snapshot, stateFile)), await connected(socket)).catch((error: unknown) => {
      // QEMU may have closed its end as soon as it had read everything. Whether it has, its status tells.
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
    });
    const status = machine.monitor.awaitStatus('query-status', ['inmigrate', 'prelaunch'], migrationDeadline);
    if ((await Promise.race([status, machine.died])) !== 'running') await machine.monitor.run('cont');
    return machine;
  } catch (error) {
    await machine.stop();
    throw error;
  }
}
