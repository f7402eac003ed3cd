/** New TPMs with their endorsement keys, made here and not in the lab, whose processor would take half a minute for each. */
import { mkdirSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Answer, answerOf, commands } from './commands.js';

/** For one TPM. Milliseconds. */
const deadline = 30_000;

/** Makes the states of so many TPMs below a directory. `tree` has the C library, `swtpm` the program and all its other libraries. */
export async function makeTpms(count: number, { directory, swtpm, tree }: { readonly directory: string; readonly swtpm: string; readonly tree: string }): Promise<void> {
  for (let number = 1; number <= count; number++) await makeTpm(join(directory, String(number)), swtpm, tree);
}

async function makeTpm(state: string, swtpm: string, tree: string): Promise<void> {
  mkdirSync(state, { recursive: true });
  const path = `${state}.sock`;
  const libraries = `${swtpm}:${join(tree, 'usr/lib/x86_64-linux-gnu')}`;
  const made = ['socket', '--server', `type=unixio,path=${path}`, '--tpmstate', `dir=${state}`, '--flags', 'not-need-init,startup-clear', '--terminate'];
  const running = execa(join(tree, 'lib64/ld-linux-x86-64.so.2'), ['--library-path', libraries, join(swtpm, 'swtpm'), ...made], { timeout: deadline });
  const socket = await Promise.race([connected(path), running.then(() => Promise.reject(new Error('swtpm has ended')))]);
  const { result } = await exchange(socket, commands.makeKey());
  socket.destroy();
  await running;
  if (result !== 0) throw new Error(`the TPM made no key: ${result}`);
}

async function connected(path: string): Promise<Socket> {
  for (;;) {
    const socket = createConnection(path);
    const open = await new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    if (open) return socket;
    // Polled, since swtpm does not say when it listens; its own deadline ends this.
    await sleep(20);
  }
}

/** One command, and the whole answer. Rejects when the TPM ends before. */
async function exchange(socket: Socket, command: string): Promise<Answer> {
  socket.write(Buffer.from(command, 'hex'));
  let said = Buffer.alloc(0);
  for await (const bytes of socket) {
    said = Buffer.concat([said, bytes as Buffer]);
    if (said.length >= 6 && said.length >= said.readUInt32BE(2)) break;
  }
  return answerOf(said.toString('hex'));
}
