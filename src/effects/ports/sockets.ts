import type { Observable } from 'rxjs';

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
   * bytes, which the kernel would cut), SOCKET_FAILED, or the signal's reason. After that the signal has no say any more. At most 320 KiB are
   * received in one turn of the loop: a peer that floods is slowed, and nobody else.
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
