/**
 * The side of the exec channel that is inside the machine; carries out the host's requests, several at a time. Transpiled alone when the lab is built, hence no
 * imports but types and Node's own.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { appendFileSync, openSync, read, write, writeFileSync } from 'node:fs';
import type { Reply, Request } from './messages.js';

/** A port that no host has open reads as ended; it is looked at again so often, since nothing tells of the host's coming. Milliseconds. */
const closedPortPause = 50;
/** How long after its end a command's pipes must be silent: a daemon that it left may hold them open for ever. Milliseconds. */
const silence = 100;

const newline = 0x0a;
const port = openSync(process.argv[2] ?? '', 'r+');
const running = new Map<number, ChildProcess>();
const outgoing: Buffer[] = [];
let writing = false;

function send(reply: Reply): void {
  outgoing.push(Buffer.from(`${JSON.stringify(reply)}\n`));
  if (!writing) writeNext();
}

function writeNext(): void {
  const bytes = outgoing.shift();
  writing = bytes !== undefined;
  if (bytes === undefined) return;
  write(port, bytes, 0, bytes.length, null, (error, count) => {
    const rest = error === null ? bytes.subarray(count) : bytes;
    if (rest.length > 0) outgoing.unshift(rest);
    if (error === null) writeNext();
    else setTimeout(writeNext, closedPortPause);
  });
}

function exec(request: Extract<Request, { op: 'exec' }>): void {
  const { id, argv, cwd, env, stdin } = request;
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true });
  running.set(id, child);
  let ended: { code: number | null; signal: string | null } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const finish = (): void => {
    clearTimeout(timer);
    if (ended === undefined || !running.delete(id)) return;
    child.stdout.destroy();
    child.stderr.destroy();
    send({ id, event: 'exit', ...ended });
  };
  const waitForSilence = (): void => {
    clearTimeout(timer);
    if (ended !== undefined) timer = setTimeout(finish, silence);
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (data: Buffer) => {
      send({ id, event: name, data: data.toString('base64') });
      waitForSilence();
    });
  }
  child.once('error', (error) => {
    if (running.delete(id)) send({ id, event: 'failed', message: error.message });
  });
  child.once('exit', (code, signal) => {
    ended = { code, signal };
    waitForSilence();
  });
  child.once('close', finish);
  // A command that does not read its input is no failure.
  child.stdin.on('error', () => undefined);
  child.stdin.end(Buffer.from(stdin, 'base64'));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended, which is told anyway.
  }
}

function carryOut(request: Request): void {
  switch (request.op) {
    case 'ping':
      return send({ id: request.id, event: 'done' });
    case 'exec':
      return exec(request);
    case 'signal': {
      const pid = running.get(request.id)?.pid;
      if (pid !== undefined) signalGroup(pid, request.signal);
      return;
    }
    case 'put':
      (request.append ? appendFileSync : writeFileSync)(request.path, Buffer.from(request.data, 'base64'), { mode: request.mode });
      return send({ id: request.id, event: 'done' });
  }
}

function receive(line: string): void {
  if (line === '') return;
  const request = JSON.parse(line) as Request;
  try {
    carryOut(request);
  } catch (error) {
    send({ id: request.id, event: 'failed', message: String(error) });
  }
}

const chunk = Buffer.alloc(65_536);
/** The line that is coming in, by the parts it came in: a file's is long, and a port hands out four kilobytes at a time. */
let unfinished: Buffer[] = [];

function readNext(): void {
  read(port, chunk, 0, chunk.length, null, (error, count) => {
    if (error !== null || count === 0) {
      // What a host that went away had begun to say is nobody's.
      unfinished = [];
      setTimeout(readNext, closedPortPause);
      return;
    }
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0 && end < count; end = chunk.indexOf(newline, from)) {
      receive(Buffer.concat([...unfinished, chunk.subarray(from, end)]).toString());
      unfinished = [];
      from = end + 1;
    }
    if (from < count) unfinished.push(Buffer.from(chunk.subarray(from, count)));
    readNext();
  });
}

readNext();
console.log('LAB agent up');
