/** Paths of one domain's state, under `<root>/<hypervisor>/<domain>/`. Adapters put their sockets beside them. */
export interface StateLayout {
  readonly root: string;
  readonly directory: string;
  /** The anchor's pid in decimal. */
  readonly pid: string;
  /** Serial console: a unix socket, or a link to a terminal. */
  readonly cons: string;
  readonly consoleLog: string;
  /** Holds the number of bytes in `consoleLog` that are of earlier runs; not there where each run begins the log anew. */
  readonly consoleStart: string;
  /** stdout and stderr of the anchor. */
  readonly anchorLog: string;
  /** Identity record (JSON). */
  readonly record: string;
}
