/** What makes a process itself: a pid alone is reused. Source: field 22 of /proc/PID/stat, /proc/sys/kernel/random/boot_id, /proc/PID/exe. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, as the kernel prints it. */
  readonly startTime: string;
  readonly bootId: string;
  /** Resolved path of the executable; empty where the kernel would not tell (another user's process). */
  readonly executable: string;
}

/** Unknown is not dead: it releases nothing and starts nothing. */
export type Presence = 'present' | 'absent' | 'unknown';

/** How a process ended, as far as anybody could see. Both null: it is gone, but it was not our child. */
export interface ExitFacts {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface LaunchRequest {
  /** Absolute path. */
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** File that receives stdout and stderr, opened for append, mode 0600. */
  readonly log: string;
  readonly uid?: number;
  readonly gid?: number;
}

export interface LaunchedProcess {
  readonly identity: ProcessIdentity;
  /**
   * Settles once when the process has ended, also where a spawner process stands between; never rejects.
   * Keeps Node's loop alive until then or until the ports are closed; after closing it may stay pending.
   */
  readonly exited: Promise<ExitFacts>;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface RunOptions {
  /** Milliseconds. Every wait has a deadline. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface OutputSearch {
  /** A part of a file, in bytes, that the command reads from its stdin. */
  readonly input: { readonly path: string; readonly offset: number; readonly length: number };
  readonly sought: Uint8Array;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface ProcessPort {
  /**
   * Starts a process that outlives the engine: own session, stdio to a file, no inherited descriptors.
   * Rejects with LAUNCH_NOT_FOUND, LAUNCH_NOT_PERMITTED or LAUNCH_FAILED when nothing was started, and with LAUNCH_UNCERTAIN when
   * the spawner process died with the request in its hands: look for the marker before launching again.
   */
  launchDetached(request: LaunchRequest): Promise<LaunchedProcess>;
  /**
   * A short command; never rejects for its exit code. Rejects with COMMAND_NOT_FOUND or COMMAND_FAILED when it could not be run, and
   * with the signal's reason when aborted. With `env` the command sees exactly that; without, the engine's own environment.
   */
  run(executable: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
  /**
   * Looks for bytes in the output of a command, none of which is kept: true as soon as they are there, and the command is killed; false when
   * it has ended with 0 without them. Rejects with COMMAND_NOT_FOUND, COMMAND_FAILED (also for another exit code, and when it is over its
   * time), or as `FilePort` does where the file cannot be read.
   */
  searchOutput(executable: string, args: readonly string[], search: OutputSearch): Promise<boolean>;
  /** Undefined when no such process exists (a zombie does not exist). */
  identify(pid: number): Promise<ProcessIdentity | undefined>;
  /**
   * Is that very process there? Another start time or boot, or a zombie: absent. /proc unreadable: unknown. The same pid, start time
   * and boot under another executable is unknown too: it is that process, but it has called exec since (a wrapper script, a jailer)
   * or its binary was moved, so it must neither be called dead nor taken for what it was.
   */
  presence(identity: ProcessIdentity): Promise<Presence>;
  /** Processes whose argv holds this exact argument. For anchors whose launch was interrupted before their pid was written. */
  findByArgument(argument: string): Promise<readonly ProcessIdentity[]>;
  /**
   * Signals that very process (pid, start time and boot, looked at in the same tick); false when it is not there any more.
   * Rejects with SIGNAL_NOT_PERMITTED, or PROCESS_UNREADABLE when it cannot be told whose pid that is.
   */
  signal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<boolean>;
  /** CPU and memory of a process from /proc, or undefined when it is gone. */
  usage(identity: ProcessIdentity): Promise<ProcessUsage | undefined>;
}

export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly threads: number;
  /** One letter, as in proc_pid_stat(5): `D` waits in the kernel and takes no signal, `T` is stopped. */
  readonly state: string;
}
