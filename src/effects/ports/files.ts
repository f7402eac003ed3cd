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
  /** `device:inode` as `stat` has it, at once: for paths of the state directory alone, as it holds everything up while a file system is slow. */
  idOf(path: string): Promise<string | undefined>;
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
