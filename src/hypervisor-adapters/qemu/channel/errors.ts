import { WindlassError } from '../../../errors.js';

/**
 * The codes of this channel. `retryable` says whether the same request can succeed later with nothing changed by the user.
 *
 * | code | when | retryable |
 * |---|---|---|
 * | QMP_NO_GREETING | connected, and nothing was said before the deadline: a stopped QEMU, or a monitor that serves somebody else | yes |
 * | QMP_TIMEOUT | a command was not answered before its deadline; it may still be carried out | yes |
 * | QMP_CLOSED | the connection ended before the answer; whether the command was carried out is unknown | yes |
 * | QMP_COMMAND_FAILED | QEMU refused; `cause` is a `QmpRefusal` | no |
 * | QMP_WRONG_STATE | not sent: the guest's run state makes it meaningless | no |
 * | QMP_PROTOCOL | the peer does not speak QMP | no |
 * | QMP_ABORTED | the caller's signal; `cause` is its reason | no |
 */
export type QmpErrorCode =
  | 'QMP_NO_GREETING'
  | 'QMP_TIMEOUT'
  | 'QMP_CLOSED'
  | 'QMP_COMMAND_FAILED'
  | 'QMP_WRONG_STATE'
  | 'QMP_PROTOCOL'
  | 'QMP_ABORTED';

/** QEMU's own words. `class` is one of CommandNotFound, DeviceNotActive, DeviceNotFound, KVMMissingCap, GenericError. */
export interface QmpRefusal {
  readonly command: string;
  readonly class: string;
  readonly description: string;
}

const retryable: ReadonlySet<QmpErrorCode> = new Set(['QMP_NO_GREETING', 'QMP_TIMEOUT', 'QMP_CLOSED']);

export function qmpError(code: QmpErrorCode, message: string, cause?: unknown): WindlassError {
  return new WindlassError(code, message, { retryable: retryable.has(code), ...(cause === undefined ? {} : { cause }) });
}

/** Is it this failure of the channel? */
export function isQmpError(thrown: unknown, code: QmpErrorCode): thrown is WindlassError {
  return thrown instanceof WindlassError && thrown.code === code;
}

/** What QEMU said, when it refused a command; undefined for every other error. */
export function refusalOf(thrown: unknown): QmpRefusal | undefined {
  return isQmpError(thrown, 'QMP_COMMAND_FAILED') ? (thrown.cause as QmpRefusal) : undefined;
}
