import type { ProcessIdentity } from './processes.js';

/** One cgroup an anchor, where the host lets this engine make them. Nothing depends on having one. */
export interface CgroupPort {
  facts(): Promise<CgroupFacts>;
  /**
   * Makes an empty cgroup of this name, and moves the process into it; its later children are born there. Resolves to its path, or to
   * undefined where there can be none. `stateRoot` keeps the engines of one host apart.
   */
  place(stateRoot: string, name: string, identity: ProcessIdentity): Promise<string | undefined>;
  /**
   * The path of the cgroup that `place` made for this process, by whichever engine of this state directory; undefined where it is in
   * none. Without a process: what one that is gone has left where `place` would make it now.
   */
  find(stateRoot: string, name: string, identity: ProcessIdentity | null): Promise<string | undefined>;
  /** Processes of it that the kernel has killed for want of memory; undefined where that is not counted. */
  oomKills(group: string): Promise<number | undefined>;
  /** SIGKILL to everything in it. Rejects with the system's error. */
  kill(group: string): Promise<void>;
  /** Ends whatever is left in it, and removes it; nothing there is fine. False where something in it does not end within a second. */
  remove(group: string): Promise<boolean>;
}

export type CgroupFacts =
  /** `root` is the directory below which cgroups are made. */
  { readonly usable: true; readonly root: string } | { readonly usable: false; readonly reason: string; readonly cure: string };

/** What the kernel tells of processes that it killed for want of memory. Both are undefined where it does not tell this user. */
export interface OomPort {
  /** How many on this host since its boot. */
  count(): number | undefined;
  /** Is this pid named among them in the kernel's log? Ask only where the count has grown: it reads the whole log. */
  hasKilled(pid: number): boolean | undefined;
}
