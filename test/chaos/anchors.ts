/** Anchors as the host shows them: processes with an argument in the state directory. The engine is not asked. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Anchor {
  readonly pid: number;
  /** As in /proc/PID/stat: a pid alone is reused. */
  readonly startTime: string;
  readonly domain: string;
}

interface Known {
  readonly firstSeen: number;
  readonly parent: number;
  readonly anchor: Anchor | undefined;
}

/** Milliseconds after which a process has called exec, if it ever will: until then its arguments are its parent's. */
const young = 2_000;

export interface AnchorScan {
  /** Anchors that live now, by domain. Zombies run nothing any more. */
  look(): ReadonlyMap<string, readonly Anchor[]>;
  isAlive(anchor: Pick<Anchor, 'pid' | 'startTime'>): boolean;
  /** Processes that one of these started and that are no anchors: an engine's helpers. */
  helpersOf(parents: ReadonlySet<number>): readonly number[];
}

export function createAnchorScan(root: string): AnchorScan {
  const known = new Map<number, Known>();
  const helpers = new Map<number, number>();
  const prefix = `${root}/qemu/`;

  const identify = (pid: number): Known | undefined => {
    const stat = statOf(pid);
    if (stat === undefined) return undefined;
    const marker = argumentsOf(pid).find((argument) => argument.startsWith(prefix) && argument.endsWith('/qemu.pid'));
    const domain = marker?.slice(prefix.length, -'/qemu.pid'.length);
    return { firstSeen: known.get(pid)?.firstSeen ?? performance.now(), parent: stat.parent, anchor: domain === undefined ? undefined : { pid, startTime: stat.startTime, domain } };
  };

  return {
    look() {
      const living = new Set(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number));
      for (const pid of known.keys()) {
        if (living.has(pid)) continue;
        known.delete(pid);
        helpers.delete(pid);
      }
      const found = new Map<string, Anchor[]>();
      for (const pid of living) {
        const before = known.get(pid);
        const settled = before !== undefined && (before.anchor !== undefined || performance.now() - before.firstSeen > young);
        const now = settled ? before : identify(pid);
        if (now === undefined) continue;
        known.set(pid, now);
        if (now.anchor === undefined) helpers.set(pid, now.parent);
        else helpers.delete(pid);
        if (now.anchor !== undefined && isAlive(now.anchor)) found.set(now.anchor.domain, [...(found.get(now.anchor.domain) ?? []), now.anchor]);
      }
      return found;
    },
    isAlive,
    helpersOf: (parents) => [...helpers].filter(([pid, parent]) => parents.has(parent) && !parents.has(pid)).map(([pid]) => pid),
  };
}

function isAlive({ pid, startTime }: Pick<Anchor, 'pid' | 'startTime'>): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.startTime === startTime && stat.state !== 'Z' && stat.state !== 'X';
}

function statOf(pid: number): { readonly state: string; readonly parent: number; readonly startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = '', ...more] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent), startTime: more[17] ?? '' };
  } catch {
    return undefined;
  }
}

function argumentsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  } catch {
    return [];
  }
}
