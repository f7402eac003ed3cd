import { z } from 'zod';
import { says } from '../wording.js';
import { closed } from './shapes.js';
import { hostPath } from './scalars.js';

const LONGEST_TEXT = 256 * 1024;

/** The one place where text may hold line breaks: it goes to a file, never to argv. */
const text = z
  .string()
  .min(1)
  .max(LONGEST_TEXT, { error: `is longer than ${LONGEST_TEXT} characters; put it in a file` })
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, { error: 'holds a control character that is no tab or line break' });

const part = z
  .union([text, closed({ file: hostPath.describe('File that holds the text.') })], {
    error: says('is not cloud-init data', 'write text, or a map with file'),
  })
  .transform((written): { text: string } | { file: string } => (typeof written === 'string' ? { text: written } : written));

/** Seed data that cloud-init reads in the guest. */
export const cloudInit = closed({
  userData: part.optional().describe('User data, such as a #cloud-config document.'),
  metaData: part.optional().describe('Meta data; left out, the domain name is instance-id and host name.'),
  networkConfig: part.optional().describe('Network configuration.'),
});

/** Seed data by part. */
export type CloudInitSpec = z.output<typeof cloudInit>;
/** `{text}` or `{file}`. */
export type CloudInitPart = z.output<typeof part>;
