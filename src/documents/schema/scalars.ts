import { z } from 'zod';
import { notText, says } from '../wording.js';

/** One line of visible text: no control characters (so no NUL, no newline), no line separators, no broken surrogate pairs. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** The longest path that Linux takes. */
const PATH_MAX = 4095;

/** One line of text, safe to become one element of argv. */
export function line(longest: number): z.ZodString {
  return z
    .string({ error: notText() })
    .min(1, { error: 'is empty; leave the field out or write a value' })
    .max(longest, { error: `is longer than ${longest} characters` })
    .regex(ONE_LINE, { error: says('holds a control character or a line break', 'write one line of visible characters') });
}

/**
 * A path on the host. Relative paths start at the document's own directory; the parsed document has absolute ones.
 * It never begins with `-`, so that no program can take it for an option.
 */
export const hostPath = line(PATH_MAX).regex(/^[^-]/, { error: says('begins with a dash', 'write ./ before it') });

/** A name that appears in argv, in file names and in device identities: a lower-case RFC 1123 label. */
export function label(longest: number): z.ZodString {
  return z
    .string({ error: notText('a name') })
    .max(longest, { error: `is longer than ${longest} characters` })
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
      error: says('is not a name', 'write lower-case letters, digits and dashes, with a letter or digit at both ends'),
    });
}

/** A whole number within bounds, both included. */
export function count(least: number, most: number): z.ZodInt {
  const error = says(`is not a whole number from ${least} to ${most}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A word of letters, digits and `_ . + -` that does not begin with a dash. */
export function word(longest: number, what: string): z.ZodString {
  return z
    .string({ error: notText(what) })
    .max(longest, { error: `is longer than ${longest} characters` })
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/, { error: says(`is not ${what}`, 'write letters, digits and _ . + -') });
}

/** A Linux network interface. */
export const interfaceName = z.string({ error: notText('the name of a network interface') }).regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/, {
  error: says('is not the name of a network interface', 'write at most 15 letters, digits and _ . -'),
});

/** A TCP, UDP or vsock-independent port number. */
export const port = count(1, 65_535);

/** An IPv4 or IPv6 address. */
export const ipAddress = z.union([z.ipv4(), z.ipv6()], { error: says('is not an IP address', "write one such as '127.0.0.1' or '::1'") });
