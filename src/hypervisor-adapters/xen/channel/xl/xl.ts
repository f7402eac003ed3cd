import type { ProcessPort } from '../../../../effects/ports/processes.js';
import { readFirstPool } from './cpu-pools.js';
import { readDomainList, type DomainList } from './domain-list.js';
import { xlError } from './errors.js';
import { failureOf, type Trust } from './verdict.js';
import { readXenInfo, type XenInfo } from './xen-info.js';

/** Deadlines of commands, milliseconds. */
export interface XlDeadlines {
  /** Questions, and what Xen does at once: 0.25 to 0.5 s on an emulated machine. */
  readonly command: number;
  /** Tearing a domain down, with its devices. */
  readonly destroy: number;
  /** libxl gives the guest a minute to hear that it is to suspend itself, and another to do so. */
  readonly suspend: number;
  /** How long the guest may take to acknowledge a request; xl itself would wait for a minute. */
  readonly acknowledgement: number;
}

export const usualDeadlines: XlDeadlines = { command: 10_000, destroy: 30_000, suspend: 140_000, acknowledgement: 10_000 };

/**
 * Did the guest take note? `unanswered`: the request is in the store, and a guest that is busy or still early in boot may yet obey or have
 * missed it.
 */
export type ShutdownAnswer = 'acknowledged' | 'unanswered';

/** Commands of the toolstack. All reject with the codes of `XlErrorCode`, as `ProcessPort.run` does, or with the signal's reason. */
export interface Xl {
  /** All domains of the host, those that are being made or destroyed included. */
  list(signal?: AbortSignal): Promise<DomainList>;
  info(signal?: AbortSignal): Promise<XenInfo>;
  /** Numbers of the CPUs that a new domain can run on: those of pool 0, ascending. */
  cpus(signal?: AbortSignal): Promise<readonly number[]>;
  /** Lets the vCPUs run. Once for each `pause`: Xen counts them. */
  unpause(id: number, signal?: AbortSignal): Promise<void>;
  pause(id: number, signal?: AbortSignal): Promise<void>;
  /** Is there a command `suspend` (and `resume`)? Not before Xen 4.20. */
  canSuspend(signal?: AbortSignal): Promise<boolean>;
  /** Has the guest suspend itself; its domain is then shut down, for that reason, and stays. Exits with 0 whatever came of it. */
  suspend(id: number, signal?: AbortSignal): Promise<void>;
  /** Lets a suspended guest go on where it was. Likewise. */
  resume(id: number, signal?: AbortSignal): Promise<void>;
  /** Moves the guest's target of memory, which its balloon driver follows; at most what the domain was made for. */
  memSet(id: number, kibibytes: number, signal?: AbortSignal): Promise<void>;
  /** Asks the guest to power off, through the store. Rejects with XL_FAILED where an hvm guest has no drivers for that. */
  shutdown(id: number, signal?: AbortSignal): Promise<ShutdownAnswer>;
  /** Presses a button of an hvm guest: an ACPI event. */
  trigger(id: number, button: 'power', signal?: AbortSignal): Promise<void>;
  /** By name only for a domain whose number nobody knows: a name can move to another domain in between. */
  destroy(domain: number | { readonly name: string }, signal?: AbortSignal): Promise<void>;
  /** Takes a PCI function (`0000:03:00.0`) from its driver and gives it to pciback; xl remembers the driver. */
  pciAssignableAdd(address: string, signal?: AbortSignal): Promise<void>;
  /** Gives a PCI function back to the driver that it was taken from. */
  pciAssignableRemove(address: string, signal?: AbortSignal): Promise<void>;
  /** Addresses of the functions that pciback holds and no domain uses. */
  pciAssignableList(signal?: AbortSignal): Promise<readonly string[]>;
}

/** `executable` is the absolute path of xl. Nothing is started before a command is asked for. */
export function createXl(processes: Pick<ProcessPort, 'run'>, executable: string, deadlines: XlDeadlines = usualDeadlines): Xl {
  const start = (args: readonly string[], timeout: number, signal: AbortSignal | undefined): ReturnType<ProcessPort['run']> =>
    processes.run(executable, args, { timeout, env: environment, ...(signal === undefined ? {} : { signal }) });

  const run = async (args: readonly string[], trust: Trust, signal: AbortSignal | undefined, deadline = deadlines.command): Promise<string> => {
    const result = await start(args, deadline, signal);
    const failure = failureOf(args.join(' '), result, { deadline, trust });
    if (failure !== undefined) throw failure;
    return result.stdout;
  };

  return {
    async list(signal) {
      const said = await run(['list', '-v'], 'words as well', signal);
      return readDomainList(said) ?? unreadable('list -v', said);
    },
    async info(signal) {
      const said = await run(['info'], 'words as well', signal);
      return readXenInfo(said) ?? unreadable('info', said);
    },
    async cpus(signal) {
      const said = await run(['cpupool-list', '-c'], 'words as well', signal);
      return readFirstPool(said) ?? unreadable('cpupool-list -c', said);
    },
    async unpause(id, signal) {
      await run(['unpause', String(id)], 'words as well', signal);
    },
    async pause(id, signal) {
      await run(['pause', String(id)], 'words as well', signal);
    },
    async canSuspend(signal) {
      return /^Usage: xl .*\bsuspend\b/m.test(await run(['help', 'suspend'], 'exit code', signal));
    },
    async suspend(id, signal) {
      await run(['suspend', String(id)], 'words as well', signal, deadlines.suspend);
    },
    async resume(id, signal) {
      await run(['resume', String(id)], 'words as well', signal);
    },
    async memSet(id, kibibytes, signal) {
      await run(['mem-set', String(id), `${kibibytes}k`], 'words as well', signal);
    },
    async shutdown(id, signal) {
      const args = ['shutdown', String(id)];
      const result = await start(args, deadlines.acknowledgement, signal);
      // xl writes the request first and then waits: being over its time means that nobody has answered it.
      if (result.timedOut) return 'unanswered';
      const failure = failureOf(args.join(' '), result, { deadline: deadlines.acknowledgement, trust: 'exit code' });
      if (failure !== undefined) throw failure;
      return 'acknowledged';
    },
    async trigger(id, button, signal) {
      await run(['trigger', String(id), button], 'words as well', signal);
    },
    async destroy(domain, signal) {
      // xl takes a name of digits for the number of a domain, and would destroy another one.
      if (typeof domain === 'object' && !/^[A-Za-z0-9_].*[^0-9]|^[A-Za-z_]/.test(domain.name)) {
        throw xlError('XL_FAILED', `xl destroy cannot be given the name ${JSON.stringify(domain.name)}`);
      }
      await run(['destroy', typeof domain === 'number' ? String(domain) : domain.name], 'exit code', signal, deadlines.destroy);
    },
    async pciAssignableAdd(address, signal) {
      await run(['pci-assignable-add', address], 'exit code', signal);
    },
    async pciAssignableRemove(address, signal) {
      await run(['pci-assignable-remove', '-r', address], 'exit code', signal);
    },
    async pciAssignableList(signal) {
      const said = await run(['pci-assignable-list'], 'words as well', signal);
      return said.split('\n').flatMap((line) => /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?= |$)/.exec(line)?.[0] ?? []);
    },
  };
}

/** Nothing of the engine's own environment; numbers and messages as the parsers know them. */
const environment: Readonly<Record<string, string>> = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

function unreadable(command: string, said: string): never {
  throw xlError('XL_OUTPUT', `xl ${command} did not say what was asked: ${JSON.stringify(said.slice(0, 120))}`);
}
