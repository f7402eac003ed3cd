/** Where in a document a problem stands. Lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Facts that travel with an error. All are optional: an error names what it knows. */
export interface ErrorFacts {
  readonly domain?: string;
  /** Path of the field in the document, such as `spec.disks[0].image`. */
  readonly field?: string;
  readonly position?: SourcePosition;
  /** Would the same request succeed later, with nothing changed by the user? */
  readonly retryable?: boolean;
  /** What the user can do about it, as a sentence or a command. */
  readonly cure?: string;
  /** Nothing of the guest has run, and nothing of it will: what there is of it can be ended with nothing lost. */
  readonly neverRan?: boolean;
  readonly cause?: unknown;
}

/**
 * The one error class of Windlass. Match on `code` (stable, UPPER_SNAKE, documented in docs/errors.md), never on the message.
 */
export class WindlassError extends Error {
  override readonly name = 'WindlassError';
  readonly code: string;
  readonly domain: string | undefined;
  readonly field: string | undefined;
  readonly position: SourcePosition | undefined;
  readonly retryable: boolean;
  readonly cure: string | undefined;
  readonly neverRan: boolean;

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.domain = facts.domain;
    this.field = facts.field;
    this.position = facts.position;
    this.retryable = facts.retryable ?? false;
    this.cure = facts.cure;
    this.neverRan = facts.neverRan ?? false;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
