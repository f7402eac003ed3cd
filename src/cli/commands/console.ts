import { hostPorts, readState, WindlassError } from '../../index.js';
import { attach } from '../console/attach.js';
import { findDomain } from '../domains/find.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { lastLines } from '../logs/last-lines.js';
import { countOption } from '../option-values.js';
import { stateDirectoryOf } from '../state-directory.js';
import { printableLines } from '../text/printable.js';

/** Milliseconds for the VMM to take the connection. */
const deadline = 5_000;

/** `windlass console`: this terminal on the serial console of a guest. */
export async function attachConsole(invocation: Invocation, name: string, { tail }: { readonly tail?: string }): Promise<ExitCode> {
  const { terminal } = invocation;
  const lines = tail === undefined ? 0 : countOption('--tail', tail);
  const { directory, status } = findDomain(await readState(stateDirectoryOf(invocation)), name);
  if (directory === undefined) throw noConsole(name, status === undefined ? 'it has no state' : `it is ${status.phase}`);
  await using ports = hostPorts();
  const path = `${directory}/cons`;
  const facts = await ports.files.stat(path);
  if (facts === undefined) throw noConsole(name, status?.anchor === null ? `it does not run (${status.phase})` : 'its first serial port is not on a socket');
  if (facts.kind !== 'socket' && facts.kind !== 'character-device') throw noConsole(name, `${path} is a ${facts.kind}`);
  const connection = await (facts.kind === 'socket' ? ports.sockets.connect(path, AbortSignal.timeout(deadline)) : ports.sockets.terminal(path));
  if (lines > 0) terminal.out(printableLines(await lastLines(`${directory}/console.log`, lines)));
  terminal.err(`attached to the console of ${name}; ${process.stdin.isTTY ? 'Ctrl-]' : 'Ctrl-] or the end of the input'} leaves\n`);
  const end = await attach(connection, process.stdin, process.stdout);
  terminal.err(`\n${end === 'closed' ? `the console of ${name} was closed by its VMM` : `left the console of ${name}`}\n`);
  return end === 'closed' ? exitCodes.problems : exitCodes.done;
}

function noConsole(name: string, why: string): WindlassError {
  return new WindlassError('CONSOLE_ABSENT', `${name} has no console to attach to: ${why}`, { domain: name, cure: `see what it is doing: windlass describe ${name}` });
}
