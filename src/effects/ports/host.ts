export interface HostFacts {
  readonly bootId: string;
  /** As `uname -m` prints it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly availableMemoryBytes: number;
  /** Bytes that a process of this engine's user may keep from being moved (RLIMIT_MEMLOCK); null where nothing limits it. */
  readonly lockedMemoryLimit: number | null;
  /** Effective uid of the engine. */
  readonly uid: number;
}

/** An account as an anchor needs it. */
export interface UserFacts {
  readonly uid: number;
  readonly gid: number;
}

export interface HostPort {
  /** Rejects with HOST_UNSUPPORTED on a host without /proc. */
  facts(): Promise<HostFacts>;
  /** The same of its facts that every launch and every look asks for, without reading the others. */
  bootId(): Promise<string>;
  /** By name or uid; undefined when there is no such account. A uid without an account has the gid of the same number. */
  user(user: string | number): Promise<UserFacts | undefined>;
}
