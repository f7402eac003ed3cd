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
