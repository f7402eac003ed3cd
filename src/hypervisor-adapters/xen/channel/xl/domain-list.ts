/** Why a domain is shut down, by the numbers of Xen's public/sched.h. */
export type ShutdownReason = 'poweroff' | 'reboot' | 'suspend' | 'crash' | 'watchdog' | 'soft-reset';

const reasons: readonly ShutdownReason[] = ['poweroff', 'reboot', 'suspend', 'crash', 'watchdog', 'soft-reset'];

/** One row of `xl list -v`. */
export interface XlDomain {
  readonly id: number;
  /** Undefined where the store has no name for it: while it is made or removed, or since the store was lost. */
  readonly name: string | undefined;
  /** Lower case, with dashes. */
  readonly uuid: string;
  readonly memoryMiB: number;
  /** vCPUs that are online; 0 before the domain is built. */
  readonly vcpus: number;
  readonly state: {
    /** A vCPU is on a CPU at this very moment. A healthy guest may be neither running nor blocked when it is looked at. */
    readonly running: boolean;
    /** All its vCPUs wait for something. */
    readonly blocked: boolean;
    readonly paused: boolean;
    /** The guest has ended, and the domain waits to be destroyed. */
    readonly shutdown: boolean;
    /** It is being destroyed. */
    readonly dying: boolean;
  };
  /** CPU time of all its vCPUs since it was made. */
  readonly cpuSeconds: number;
  /** Undefined unless it is shut down; `unknown` for a number that this list does not have. */
  readonly shutdownReason: ShutdownReason | 'unknown' | undefined;
}

/** What was read, and lines that are no row: a name may hold anything, so nothing is guessed of them. */
export interface DomainList {
  readonly domains: readonly XlDomain[];
  readonly unreadable: readonly string[];
}

/**
 * `%-40s %5d %5lu %5d     rbps?d  %8.1f UUID %8x LABEL` of xl_info.c. A name can hold blanks and digits, so that a row is read from its end:
 * everything before the last six columns is the name.
 */
const row =
  /^(?<name>.*) +(?<id>\d+) +(?<memory>\d+) +(?<vcpus>\d+) +(?<state>[r-][b-][p-][s-][-rscwS?][d-]) +(?<seconds>\d+\.\d+) (?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) +(?<reason>-|[0-9a-f]+) +\S.*$/;

/** Reads the output of `xl list -v`. Never throws; undefined where not even its heading is there. */
export function readDomainList(text: string): DomainList | undefined {
  const [heading = '', ...lines] = text.split('\n');
  if (!/^Name +ID +Mem +VCPUs\s+State\s+Time\(s\) +UUID +Reason-Code/.test(heading)) return undefined;
  const domains: XlDomain[] = [];
  const unreadable: string[] = [];
  for (const line of lines) {
    const found = row.exec(line)?.groups;
    if (found !== undefined) domains.push(domainOf(found));
    else if (line !== '') unreadable.push(line);
  }
  return { domains, unreadable };
}

function domainOf(columns: Readonly<Partial<Record<string, string>>>): XlDomain {
  const { name = '', id, memory, vcpus, state = '', seconds, uuid = '', reason = '' } = columns;
  const named = name.trimEnd();
  return {
    id: Number(id),
    name: named === '(null)' ? undefined : named,
    uuid,
    memoryMiB: Number(memory),
    vcpus: Number(vcpus),
    state: { running: state[0] === 'r', blocked: state[1] === 'b', paused: state[2] === 'p', shutdown: state[3] === 's', dying: state[5] === 'd' },
    cpuSeconds: Number(seconds),
    shutdownReason: reason === '-' ? undefined : (reasons[Number.parseInt(reason, 16)] ?? 'unknown'),
  };
}
