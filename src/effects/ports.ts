/**
 * The narrow doors to the operating system. Everything outside `effects/` sees these types only; the engine hands out the real ones
 * (`hostPorts()`), and tests hand out others where a real host cannot show the case.
 *
 * Rules for every port: idempotent where it says `ensure`, no judgement about domains, errors are `WindlassError`s with a stable code.
 */
import type { Observable } from 'rxjs';

/** What makes a process itself: a pid alone is reused. Source: field 22 of /proc/PID/stat, /proc/sys/kernel/random/boot_id, /proc/PID/exe. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, as the kernel prints it. */
  readonly startTime: string;
  readonly bootId: string;
  /** Resolved path of the executable. */
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
  /** Settles once when the process has ended, also where a spawner process stands between; never rejects. */
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

export interface ProcessPort {
  /**
   * Starts a process that outlives the engine: own session, stdio to a file, no inherited descriptors.
   * Rejects with LAUNCH_NOT_FOUND, LAUNCH_NOT_PERMITTED or LAUNCH_FAILED when nothing was started.
   */
  launchDetached(request: LaunchRequest): Promise<LaunchedProcess>;
  /** A short command; never rejects for its exit code. Rejects with COMMAND_NOT_FOUND or COMMAND_FAILED when it could not be run. */
  run(executable: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Undefined when no such process exists (a zombie does not exist). */
  identify(pid: number): Promise<ProcessIdentity | undefined>;
  /** Is that very process there? Another start time, boot, executable, or a zombie: absent. /proc unreadable: unknown. */
  presence(identity: ProcessIdentity): Promise<Presence>;
  /** Processes whose argv holds this exact argument. For anchors whose launch was interrupted before their pid was written. */
  findByArgument(argument: string): Promise<readonly ProcessIdentity[]>;
  /** Signals that very process; false when it is not there any more. */
  signal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<boolean>;
  /** CPU and memory of a process from /proc, or undefined when it is gone. */
  usage(identity: ProcessIdentity): Promise<ProcessUsage | undefined>;
}

export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly threads: number;
}

export interface FilePort {
  /** Absolute path of an executable: itself when absolute, else looked up on PATH. Undefined when there is none. */
  findExecutable(name: string): Promise<string | undefined>;
  ensureDirectory(path: string, mode: number): Promise<void>;
  /** Temporary file in the same directory, then rename: readers see the old or the new content, never half. */
  writeAtomic(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  ensureSymlink(path: string, target: string): Promise<void>;
  /** Undefined when there is no such file. Rejects with FILE_UNREADABLE otherwise. */
  readText(path: string): Promise<string | undefined>;
  /** The last `bytes` of a file as text, or '' when there is none. */
  tail(path: string, bytes: number): Promise<string>;
  /** Names in a directory, sorted; empty when there is no such directory. */
  list(path: string): Promise<readonly string[]>;
  /** What a path is, following links; undefined when there is nothing. */
  stat(path: string): Promise<FileFacts | undefined>;
  /** May this process (its effective user) open the path so? access(2): also false when there is nothing. */
  access(path: string, mode: 'read' | 'write'): Promise<boolean>;
  /** Removes a file or a tree; nothing to remove is fine. */
  remove(path: string): Promise<void>;
  copyIfAbsent(from: string, to: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /**
   * Resolves as soon as `name` exists in `directory` (inotify, no polling); rejects with the signal's reason when aborted.
   */
  waitForEntry(directory: string, name: string, signal: AbortSignal): Promise<void>;
}

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'block-device' | 'character-device' | 'socket' | 'other';
  readonly size: number;
  /** Last change of the content, milliseconds since the epoch. */
  readonly modified: number;
  /** `device:inode`, to tell one file from another under two names. */
  readonly id: string;
}

/** One connected byte stream. */
export interface Connection {
  /** Bytes of the peer, for one subscriber. Completes at end of file; errors when the stream broke. */
  readonly received: Observable<Uint8Array>;
  /** Queued by the kernel or by us; silently dropped after the end, since the end itself is what tells. */
  send(bytes: string | Uint8Array): void;
  close(): void;
}

export interface SocketPort {
  /** Dials a unix socket once. Rejects with SOCKET_ABSENT, SOCKET_REFUSED or SOCKET_FAILED. */
  connect(path: string, signal: AbortSignal): Promise<Connection>;
  /** Can a TCP connection be made? For readiness probes. */
  tcpReachable(host: string, port: number, signal: AbortSignal): Promise<boolean>;
}

export interface HostFacts {
  readonly bootId: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly availableMemoryBytes: number;
  /** Effective uid of the engine. */
  readonly uid: number;
}

export interface HostPort {
  facts(): Promise<HostFacts>;
}

export interface ClockPort {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface Ports {
  readonly processes: ProcessPort;
  readonly files: FilePort;
  readonly sockets: SocketPort;
  readonly host: HostPort;
  readonly clock: ClockPort;
}
