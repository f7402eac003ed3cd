import { WindlassError, type ErrorFacts } from '../../../../errors.js';

/**
 * The codes of this channel. `retryable` says whether the same request can succeed later with nothing changed by the user.
 *
 * | code | when | retryable |
 * |---|---|---|
 * | XENSTORE_UNREACHABLE | there is no connection: no daemon, no socket, or no right to it | yes |
 * | XENSTORE_LOST | the connection ended before the reply; whether the request was carried out is unknown | yes |
 * | XENSTORE_TIMEOUT | not answered before its deadline; it may still be carried out | yes |
 * | XENSTORE_CONFLICT | a transaction met others' changes in every attempt, or a directory changed whenever it was read | yes |
 * | XENSTORE_ABSENT | there is no such node, where one is needed; reading an absent node is no error | no |
 * | XENSTORE_NOT_PERMITTED | EACCES, EPERM | no |
 * | XENSTORE_TOO_LARGE | more than a message or this daemon takes; E2BIG | no |
 * | XENSTORE_QUOTA | EQUOTA, ENOSPC, EDQUOT | no |
 * | XENSTORE_REFUSED | any other refusal; `cause` is a `XenstoreRefusal`, as it is for all that the daemon refused | no |
 * | XENSTORE_PATH_INVALID | not sent: no path that a store could hold | no |
 * | XENSTORE_WRONG_STATE | not sent: its transaction has ended; a defect | no |
 * | XENSTORE_PROTOCOL | the peer does not speak xenstore | no |
 * | XENSTORE_ABORTED | the caller's signal; `cause` is its reason | no |
 * | XENSTORE_CLOSED | the client or the store was closed by us | no |
 */
export type XenstoreErrorCode =
  | 'XENSTORE_UNREACHABLE'
  | 'XENSTORE_LOST'
  | 'XENSTORE_TIMEOUT'
  | 'XENSTORE_CONFLICT'
  | 'XENSTORE_ABSENT'
  | 'XENSTORE_NOT_PERMITTED'
  | 'XENSTORE_TOO_LARGE'
  | 'XENSTORE_QUOTA'
  | 'XENSTORE_REFUSED'
  | 'XENSTORE_PATH_INVALID'
  | 'XENSTORE_WRONG_STATE'
  | 'XENSTORE_PROTOCOL'
  | 'XENSTORE_ABORTED'
  | 'XENSTORE_CLOSED';

/** The daemon's own word, such as `EINVAL`, and what it was said to. */
export interface XenstoreRefusal {
  readonly about: string;
  readonly errno: string;
}

const retryable: ReadonlySet<XenstoreErrorCode> = new Set(['XENSTORE_UNREACHABLE', 'XENSTORE_LOST', 'XENSTORE_TIMEOUT', 'XENSTORE_CONFLICT']);

export function xenstoreError(code: XenstoreErrorCode, message: string, facts: ErrorFacts = {}): WindlassError {
  return new WindlassError(code, message, { retryable: retryable.has(code), ...facts });
}

/** Is it this failure of the channel? */
export function isXenstoreError(thrown: unknown, code: XenstoreErrorCode): thrown is WindlassError {
  return thrown instanceof WindlassError && thrown.code === code;
}

interface Meaning {
  readonly code: XenstoreErrorCode;
  readonly words: string;
  readonly cure?: string;
}

const forbidden: Meaning = { code: 'XENSTORE_NOT_PERMITTED', words: 'not permitted', cure: 'run the engine in the control domain, as root' };
const overQuota: Meaning = { code: 'XENSTORE_QUOTA', words: 'over the quota', cure: 'raise the quota of xenstored, or remove nodes' };

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: { code: 'XENSTORE_ABSENT', words: 'there is no such node' },
  EACCES: forbidden,
  EPERM: forbidden,
  E2BIG: { code: 'XENSTORE_TOO_LARGE', words: 'too large for this daemon (oxenstored takes values of 2048 bytes, xenstored of about 4070)' },
  EQUOTA: overQuota,
  ENOSPC: overQuota,
  EDQUOT: overQuota,
  EAGAIN: { code: 'XENSTORE_CONFLICT', words: 'it met a change by somebody else' },
};

/** What an error reply means. `about`: the request in words, such as `read /tool`. */
export function refusal(about: string, errno: string): WindlassError {
  const cause: XenstoreRefusal = { about, errno };
  const meaning = Object.hasOwn(meanings, errno) ? meanings[errno] : undefined;
  if (meaning === undefined) return xenstoreError('XENSTORE_REFUSED', `${about}: the xenstore daemon refused (${errno})`, { cause, retryable: errno === 'EBUSY' });
  const { code, words, cure } = meaning;
  return xenstoreError(code, `${about}: ${words} (${errno})`, { cause, ...(cure === undefined ? {} : { cure }) });
}

/** The daemon's own word for an error; undefined for what it did not say. */
export function errnoOf(thrown: unknown): string | undefined {
  const cause = thrown instanceof WindlassError ? thrown.cause : undefined;
  return cause !== null && typeof cause === 'object' && 'errno' in cause && typeof cause.errno === 'string' && 'about' in cause ? cause.errno : undefined;
}
