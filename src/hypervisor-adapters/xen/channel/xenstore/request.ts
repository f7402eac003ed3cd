import type { MessageType } from './wire.js';

export interface Wait {
  /** Milliseconds; the client's own deadline for requests when absent. */
  readonly deadline?: number;
  /** Gives up waiting. The request may still be carried out. */
  readonly signal?: AbortSignal;
}

export interface Question {
  readonly type: MessageType;
  readonly payload: Uint8Array;
  /** In words, for messages: `read /tool`. */
  readonly about: string;
}

/**
 * Sends a request and resolves to the payload of its reply. All operations are built on this one, so that they are the same on a connection
 * and on a store that dials again. Rejects with the codes in errors.ts.
 */
export type Request = (question: Question, transaction: number, wait: Wait) => Promise<Uint8Array>;
