/** The first rule that was broken ends the run; what comes after it is mostly its consequence. */
export interface Violation {
  readonly message: string;
  /** Whose history explains it. */
  readonly domain: string | undefined;
}

export interface Trouble {
  readonly first: () => Violation | undefined;
  /** Aborted at the first violation, or when the run is to end early. */
  readonly signal: AbortSignal;
  tell(message: string, domain?: string): void;
  /** Ends the run without a violation: somebody pressed Ctrl-C. */
  interrupt(): void;
}

export function createTrouble(): Trouble {
  let first: Violation | undefined;
  const over = new AbortController();
  return {
    first: () => first,
    signal: over.signal,
    tell(message, domain) {
      first ??= { message, domain };
      over.abort();
    },
    interrupt: () => over.abort(),
  };
}
