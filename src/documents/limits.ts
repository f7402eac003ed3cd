/** Bounds on what is read, so that a document from a stranger costs little before it is refused. */
export const DOCUMENT_LIMITS = {
  /** UTF-8 bytes of one file. */
  bytes: 1024 * 1024,
  /** Lists and maps inside each other, those inside aliased values included. */
  depth: 32,
  /** Values of one document after its aliases are expanded. */
  values: 10_000,
  /** Aliases of one document. */
  aliases: 100,
  /** Problems that are reported for one file. */
  problems: 100,
} as const;
