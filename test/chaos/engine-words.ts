/** What the harness and its engine process say to each other: a JSON object a line, in both directions. */

export type EngineCommand =
  | { readonly say: 'cut'; readonly domain: string; readonly way: 'in' | 'out' }
  /** Milliseconds that the engine's wall clock is ahead of the host's. */
  | { readonly say: 'clock'; readonly offset: number }
  /** Where the disk cannot be filled for real. */
  | { readonly say: 'disk'; readonly full: boolean };

export type EngineReport =
  /** The documents are applied. */
  | { readonly say: 'ready' }
  /** An anchor that a former engine started runs under this one. */
  | { readonly say: 'adopted'; readonly domain: string }
  /** A channel was cut as it was told. */
  | { readonly say: 'was-cut'; readonly domain: string }
  | { readonly say: 'trouble'; readonly message: string };
