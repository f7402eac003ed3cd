/** What a command ends with; printed by `windlass --help` and documented in docs/cli.md. */
export const exitCodes = {
  /** Everything asked for was done, and every domain asked about is as desired. */
  done: 0,
  /** Not as desired, or there are mistakes or problems; stderr says which. */
  problems: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Another engine holds the state directory. */
  locked: 3,
  /** A defect of Windlass. */
  unexpected: 70,
  /** SIGINT, as shells count it: 128 + 2. */
  interrupted: 130,
  /** Nobody reads the output any more: 128 + SIGPIPE. */
  brokenPipe: 141,
  /** SIGTERM: 128 + 15. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
