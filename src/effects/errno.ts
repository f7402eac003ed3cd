import { messageOf, WindlassError } from '../errors.js';

/** The system's own name of a failure, such as `ENOENT`; undefined when something else was thrown. */
export function errnoOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

const fileCodes: Readonly<Record<string, string>> = {
  ENOSPC: 'FILE_NO_SPACE',
  EDQUOT: 'FILE_NO_SPACE',
  EACCES: 'FILE_NOT_PERMITTED',
  EPERM: 'FILE_NOT_PERMITTED',
  EROFS: 'FILE_NOT_PERMITTED',
  ENOENT: 'FILE_ABSENT',
  ENOTDIR: 'FILE_ABSENT',
};

/** `action` completes the sentence "cannot … <path>". */
export function fileError(thrown: unknown, action: string, path: string): WindlassError {
  const code = fileCodes[errnoOf(thrown) ?? ''] ?? 'FILE_FAILED';
  return new WindlassError(code, `cannot ${action} ${path}: ${messageOf(thrown)}`, {
    cause: thrown,
    retryable: code === 'FILE_NO_SPACE',
    ...(code === 'FILE_NO_SPACE' ? { cure: `make room on the file system that holds ${path}` } : {}),
  });
}

/** Does this failure only say that there is no such file? */
export function saysAbsent(thrown: unknown): boolean {
  const errno = errnoOf(thrown);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
