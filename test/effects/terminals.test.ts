import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../../src/effects/ports/sockets.js';
import { hostSockets as sockets } from '../../src/effects/sockets.js';
import { temporaryDirectory } from './temporary-directory.js';

/** A program that has the other end of a terminal: what is written to its input is typed, and what it prints is the terminal's screen. */
let program: ChildProcess;
let screen = '';
let path: string;

beforeEach(async () => {
  screen = '';
  program = spawn('script', ['-qfc', 'tty; exec sleep 60', '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  program.stdout?.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  await until(() => /^(\/dev\/pts\/\d+)\r?\n/.test(screen));
  path = screen.trim();
});

afterEach(async () => {
  const ended = once(program, 'exit');
  if (program.exitCode === null && program.signalCode === null) {
    program.kill('SIGKILL');
    await ended;
  }
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error(`still not so: ${JSON.stringify(screen)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function heardOf(connection: Connection): { text: string; ended: boolean } {
  const heard = { text: '', ended: false };
  connection.received.subscribe({ next: (bytes) => (heard.text += Buffer.from(bytes).toString()), complete: () => (heard.ended = true) });
  return heard;
}

it('carries bytes both ways, and ends with the other end', async () => {
  const connection = await sockets.terminal(path);
  const heard = heardOf(connection);
  connection.send('a\rb');
  await until(() => screen.endsWith('a\rb'));
  program.stdin?.write('typed\r\u0003');
  await until(() => heard.text === 'typed\r\u0003');
  program.kill('SIGKILL');
  await until(() => heard.ended);
  connection.send('into the void');
  connection.close();
});

it('is left alone by who closes it', async () => {
  const connection = await sockets.terminal(path);
  const heard = heardOf(connection);
  connection.close();
  await until(() => heard.ended);
  expect(program.exitCode).toBeNull();
});

it('is told from what is none', async () => {
  await using directory = await temporaryDirectory();
  await expect(sockets.terminal(`${directory.path}/none`)).rejects.toMatchObject({ code: 'TERMINAL_ABSENT' });
  await expect(sockets.terminal('/dev/null')).rejects.toMatchObject({ code: 'TERMINAL_NONE' });
});
