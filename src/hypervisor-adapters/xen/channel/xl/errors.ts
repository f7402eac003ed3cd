import { WindlassError } from '../../../../errors.js';

/**
 * What can go wrong with a command of xl. `retryable` says whether the same command can succeed later with nothing changed by the user. Of
 * `xl suspend` none is passed on as such: its guest may have heard, and would sleep twice.
 *
 * | code | when | retryable |
 * |---|---|---|
 * | XL_DOMAIN_UNKNOWN | there is no such domain, or not any more | no |
 * | XL_FAILED | xl said an error, whatever its exit code was | no |
 * | XL_UNCERTAIN | somebody else is destroying the domain at the same time: look again | yes |
 * | XL_TIMEOUT | xl did not end in time; what it was told to do may still have been done | yes |
 * | XL_OUTPUT | xl ended well and did not say what was asked | no |
 */
export type XlErrorCode = 'XL_DOMAIN_UNKNOWN' | 'XL_FAILED' | 'XL_UNCERTAIN' | 'XL_TIMEOUT' | 'XL_OUTPUT';

const retryable: ReadonlySet<XlErrorCode> = new Set(['XL_UNCERTAIN', 'XL_TIMEOUT']);

export function xlError(code: XlErrorCode, message: string): WindlassError {
  return new WindlassError(code, message, { retryable: retryable.has(code) });
}

/** Is it this failure of a command of xl? */
export function isXlError(thrown: unknown, code: XlErrorCode): thrown is WindlassError {
  return thrown instanceof WindlassError && thrown.code === code;
}
