import { WindlassError } from '../../../errors.js';
import type { Ports } from '../../../effects/ports.js';
import type { RunResult } from '../../../effects/ports/processes.js';

/** What a QEMU binary says of itself. JSON only. */
export interface BinaryFacts {
  /** Such as `7.2.22`. */
  readonly version: string;
  readonly machines: readonly string[];
  readonly devices: readonly string[];
}

/** Milliseconds; each question takes about 20 on a quiet machine. */
const deadline = 10_000;

/** Asks for version, machines and devices at once. Rejects with PROBE_FAILED when the binary does not answer like a QEMU. */
export async function askBinary(ports: Ports, executable: string): Promise<BinaryFacts> {
  const ask = async (...args: string[]): Promise<string> => {
    const result = await ports.processes.run(executable, args, { timeout: deadline, env: { LC_ALL: 'C' } });
    if (result.code !== 0) throw new WindlassError('PROBE_FAILED', `${executable} ${args.join(' ')} ${endOf(result)}`);
    return result.stdout;
  };
  const [version, machines, devices] = await Promise.all([ask('--version'), ask('-machine', 'help'), ask('-device', 'help')]);
  return { version: readVersion(version, executable), machines: readMachines(machines), devices: readDevices(devices) };
}

/** The first words of `QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)`. */
function readVersion(said: string, executable: string): string {
  const found = /^QEMU emulator version (\d+\.\d+(?:\.\d+)?)/m.exec(said)?.[1];
  if (found === undefined) throw new WindlassError('PROBE_FAILED', `${executable} does not call itself a QEMU: ${said.slice(0, 80).trim()}`);
  return found;
}

/** The first word of each line of `-machine help` after its heading, aliases included. */
export function readMachines(said: string): readonly string[] {
  return said
    .split('\n')
    .slice(1)
    .flatMap((line) => /^([A-Za-z0-9_.+-]+) /.exec(line)?.[1] ?? [])
    .sort();
}

/** Names and aliases of `-device help`. */
export function readDevices(said: string): readonly string[] {
  const names = said.split('\n').flatMap((line) => [/^name "([^"]+)"/.exec(line)?.[1] ?? [], /, alias "([^"]+)"/.exec(line)?.[1] ?? []].flat());
  return [...new Set(names)].sort();
}

function endOf(result: RunResult): string {
  if (result.timedOut) return `did not answer within ${deadline} ms`;
  return `ended with ${result.signal ?? `code ${result.code ?? '?'}`}: ${result.stderr.trim().slice(0, 200)}`;
}
