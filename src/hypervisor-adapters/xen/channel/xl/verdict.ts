import type { WindlassError } from '../../../../errors.js';
import type { RunResult } from '../../../../effects/ports/processes.js';
import { xlError } from './errors.js';

/** Characters of xl's own words in a message. */
const longestExcerpt = 300;

/**
 * How libxl says that there is no such domain: the name is looked up (`invalid domain identifier`), the type is asked of Xen (`unable to get
 * domain type`), the hypercall fails with ESRCH, or libxl looks first (ERROR_DOMAIN_NOTFOUND is -21).
 */
const noSuchDomain = /is an invalid domain identifier|does not exist|Non-existant domain|unable to get domain type|No such process|\(rc=-21\)/;

/** ERROR_LOCK_FAIL: the domain's lock went away under us, because somebody else destroys it. */
const lockLost = /\(rc=-15\)/;

/** `libxl: error: …` and the like. Warnings and progress, which xl prints to the same place, are none. */
const saidError = /^(?:libxl|libxenlight|xc|xl|xencall|Error|ERROR)\b[^\n]*\berror\b|^(?:Error|ERROR):/im;

/** Does xl say with this line that something went wrong? Behind the first of them come those of cleaning up what was begun. */
export const complains = (line: string): boolean => saidError.test(line);

/** Whose word counts: of some commands xl drops the result of libxl, and exits with 0. */
export type Trust = 'exit code' | 'words as well';

/** Why a command has failed, or undefined. */
export function failureOf(command: string, { code, signal, stderr, timedOut }: RunResult, { deadline, trust }: { readonly deadline: number; readonly trust: Trust }): WindlassError | undefined {
  if (timedOut) return xlError('XL_TIMEOUT', `xl ${command} did not end within ${deadline} ms`);
  const failed = code !== 0;
  if (!failed && (trust === 'exit code' || !saidError.test(stderr))) return undefined;
  if (lockLost.test(stderr)) return xlError('XL_UNCERTAIN', `xl ${command} met somebody else at the same domain: ${excerpt(stderr)}`);
  if (noSuchDomain.test(stderr)) return xlError('XL_DOMAIN_UNKNOWN', `xl ${command}: there is no such domain: ${excerpt(stderr)}`);
  const end = failed ? `ended with ${signal ?? `code ${code ?? '?'}`}` : 'said an error';
  return xlError('XL_FAILED', `xl ${command} ${end}: ${excerpt(stderr)}`);
}

function excerpt(stderr: string): string {
  const said = stderr.trim().replaceAll(/\s*\n\s*/g, '; ');
  return said === '' ? 'it did not say why' : said.slice(0, longestExcerpt);
}
