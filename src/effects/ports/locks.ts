export interface LockPort {
  /**
   * One holder per path on this host, in one process or in many. Rejects with ENGINE_LOCKED naming the holder's pid. The lock of a
   * dead holder passes to exactly one of those who ask for it. `path` becomes a directory, which stays.
   */
  acquire(path: string): Promise<HeldLock>;
  /** Who holds the lock, without asking for it; undefined when nobody does, or its holder is dead. Rejects as `FilePort` does. */
  holder(path: string): Promise<LockHolder | undefined>;
}

export interface LockHolder {
  readonly pid: number;
}

export interface HeldLock {
  /** Idempotent. */
  release(): Promise<void>;
}
