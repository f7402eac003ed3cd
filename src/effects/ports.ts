/**
 * The narrow doors to the operating system. Everything outside `effects/` sees these types only; the engine hands out the real ones
 * (`hostPorts()`), and tests hand out others where a real host cannot show the case.
 *
 * Rules for every port: idempotent where it says `ensure`, no judgement about domains, errors are `WindlassError`s with a stable code.
 */
import type { Observable } from 'rxjs';
import type { PciDriverPort } from './pci-driver-port.js';
import type { PciPort } from './pci-port.js';

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

/** Everything rejects with FILE_NO_SPACE, FILE_NOT_PERMITTED, FILE_ABSENT or FILE_FAILED where nothing else is said. */
export interface FilePort {
  /** Absolute path of an executable: itself when absolute, else looked up on PATH and in the sbin directories. Undefined when there is none. */
  findExecutable(name: string): Promise<string | undefined>;
  /** With its parents. The directory itself has exactly this mode afterwards; FILE_FAILED when something else has that name. */
  ensureDirectory(path: string, mode: number): Promise<void>;
  /** The directory in which state lives, for its user alone; one that is somebody else's is not changed, or refused: STATE_ROOT_SHARED. */
  ensureStateRoot(path: string): Promise<void>;
  /**
   * Temporary file in the same directory, then rename: readers see the old or the new content, never half. The mode is exact despite
   * umask. Survives a crash of the engine; a loss of power only with `durable` (fsync of file and directory).
   */
  writeAtomic(path: string, content: string | Uint8Array, mode: number, options?: { readonly durable?: boolean }): Promise<void>;
  ensureSymlink(path: string, target: string): Promise<void>;
  /** Undefined when there is no such file. Rejects with FILE_UNREADABLE otherwise. */
  readText(path: string): Promise<string | undefined>;
  /** The last `bytes` of a file as text, or '' when there is none. */
  tail(path: string, bytes: number): Promise<string>;
  /** Names in a directory, sorted; empty when there is no such directory. */
  list(path: string): Promise<readonly string[]>;
  /** What a path is, following links; undefined when there is nothing. */
  stat(path: string): Promise<FileFacts | undefined>;
  /** Can this engine's user open it so? False also when there is nothing. */
  accessible(path: string, access: 'read' | 'write'): Promise<boolean>;
  /** Removes a file or a tree; nothing to remove is fine. */
  remove(path: string): Promise<void>;
  copyIfAbsent(from: string, to: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /**
   * Resolves as soon as `name` exists in `directory` (inotify); rejects with the signal's reason when aborted, and with FILE_ABSENT
   * when the directory is absent or goes away. A unix socket's name exists from bind(2) on, a moment before listen(2).
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

/** Files that only grow at their end, and are read by other processes meanwhile. Rejects as `FilePort` does. */
export interface GrowingFilePort {
  /** Opens for appending, and makes the file with this mode where there is none. One writer a file: nobody checks. */
  append(path: string, mode: number): Promise<AppendingFile>;
  /** Opens for reading; undefined when there is no such file. What is open stays readable when the file is renamed or removed. */
  read(path: string): Promise<ReadingFile | undefined>;
  /**
   * Calls back after each change in a directory and of the files in it (inotify), perhaps once for several, until the function that it
   * returns is called. Throws FILE_ABSENT when there is no such directory. Its end shows as one last change.
   */
  watch(directory: string, changed: () => void): () => void;
}

export interface AppendingFile {
  /** Bytes in it. After an `append` that was rejected: as many as made it into the file. */
  readonly size: () => number;
  /** Is it on a disk, so that it outlives a loss of power once it is synced? False in a tmpfs. */
  readonly onDisk: boolean;
  append(bytes: Uint8Array): Promise<void>;
  /** Cuts what is behind this many bytes. */
  cut(size: number): Promise<void>;
  /** Resolves when a loss of power takes nothing of it any more. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface ReadingFile {
  /** `device:inode`, as in `FileFacts`. */
  readonly id: string;
  size(): Promise<number>;
  /** As many bytes as there are at an offset, at most `length`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** One connected byte stream. */
export interface Connection {
  /**
   * Bytes of the peer, for one subscriber, once. Nothing is lost before it subscribes (the kernel holds the bytes back), and
   * unsubscribing closes the connection. Completes at end of file or `close()`; errors with SOCKET_BROKEN when the stream broke.
   */
  readonly received: Observable<Uint8Array>;
  /** Queued by the kernel or by us; silently dropped after the end, since the end itself is what tells. */
  send(bytes: string | Uint8Array): void;
  close(): void;
}

/** A device of the kernel that takes messages and gives bytes, such as /dev/xen/xenbus. */
export interface MessageDevice {
  /** As that of a `Connection`. */
  readonly received: Observable<Uint8Array>;
  /**
   * One write(2) of the whole message, after those before it. Needs somebody who has subscribed to `received`. Rejects with DEVICE_REFUSED,
   * whose `cause` has the system's name of the failure as its `code`; with SOCKET_BROKEN or DEVICE_CLOSED, and then it may have been written.
   */
  write(message: Uint8Array): Promise<void>;
  close(): void;
  /** Resolves when nobody here has it open any more. A write that hangs in the kernel keeps it open after `close()`. */
  readonly released: Promise<void>;
}

export interface SocketPort {
  /**
   * Dials a unix socket once. Rejects with SOCKET_ABSENT, SOCKET_REFUSED (nobody listens, or not yet), SOCKET_PATH_TOO_LONG (over 107
   * bytes, which the kernel would cut), SOCKET_FAILED, or the signal's reason. After that the signal has no say any more.
   */
  connect(path: string, signal: AbortSignal): Promise<Connection>;
  /**
   * Opens a terminal whose other end somebody serves, such as the pty of a guest's console, and makes it raw: bytes pass as
   * they are, but for a line feed that is sent, before which a carriage return is put. Rejects with TERMINAL_ABSENT,
   * TERMINAL_NONE (a file that is no terminal) or TERMINAL_FAILED.
   */
  terminal(path: string): Promise<Connection>;
  /**
   * Opens a device for reading and writing, whose reads and writes may block for as long as they like: a process of its own does both, and
   * ends with this one, however that ends. Rejects with DEVICE_ABSENT, DEVICE_FAILED, or the signal's reason.
   */
  device(path: string, signal: AbortSignal): Promise<MessageDevice>;
  /** Can a TCP connection be made? For readiness probes; false as well when aborted. */
  tcpReachable(host: string, port: number, signal: AbortSignal): Promise<boolean>;
}

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
  /** By name or uid; undefined when there is no such account. A uid without an account has the gid of the same number. */
  user(user: string | number): Promise<UserFacts | undefined>;
}

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

export interface ClockPort {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

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

/** Where a secret is: a file that holds it, or a variable of the engine's environment. */
export type SecretPlace = { readonly file: string } | { readonly env: string };

export interface SecretPort {
  /**
   * The secret itself, without the line break at its end. Whoever asks uses it at once, and keeps it nowhere. Rejects with SECRET_ABSENT, or
   * SECRET_REFUSED for one that is empty, longer than 4096 characters or of more than one line; no message has anything of it.
   */
  read(place: SecretPlace): Promise<string>;
}

export interface Ports {
  readonly processes: ProcessPort;
  readonly files: FilePort;
  readonly growing: GrowingFilePort;
  readonly sockets: SocketPort;
  readonly host: HostPort;
  readonly cgroups: CgroupPort;
  readonly oom: OomPort;
  readonly secrets: SecretPort;
  readonly pci: PciPort;
  readonly pciDrivers: PciDriverPort;
  readonly clock: ClockPort;
  readonly locks: LockPort;
}
