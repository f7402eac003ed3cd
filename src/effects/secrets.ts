import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { messageOf, WindlassError } from '../errors.js';
import { errnoOf } from './errno.js';
import type { SecretPlace, SecretPort } from './ports/secrets.js';

/** Characters. */
const longest = 4_096;

/** See `SecretPort`. */
export const hostSecrets: SecretPort = {
  async read(place) {
    const text = 'file' in place ? await fromFile(place.file) : process.env[place.env];
    if (text === undefined) throw new WindlassError('SECRET_ABSENT', `there is no ${named(place)}`, { retryable: true });
    const secret = text.replace(/\r?\n$/, '');
    const fault = faultOf(secret);
    if (fault !== undefined) throw new WindlassError('SECRET_REFUSED', `${named(place)} ${fault}`, { retryable: true });
    return secret;
  },
};

async function fromFile(path: string): Promise<string | undefined> {
  try {
    // Opened without waiting for anybody: a pipe or a device may have nothing to say for ever, and each wait would cost a thread.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    if (!(await file.stat()).isFile()) throw new WindlassError('SECRET_REFUSED', `${path} is no file`, { retryable: true });
    // A file that was named by mistake may have no end.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4 * longest + 4));
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (error instanceof WindlassError) throw error;
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new WindlassError('SECRET_ABSENT', `${path} cannot be read: ${messageOf(error)}`, { cause: error, retryable: true });
  }
}

function faultOf(secret: string): string | undefined {
  if (secret === '') return 'is empty';
  if (secret.length > longest) return `is longer than ${longest} characters`;
  return /\p{Cc}/u.test(secret) ? 'has more than one line, or a control character' : undefined;
}

function named(place: SecretPlace): string {
  return 'file' in place ? `file ${place.file}` : `environment variable ${place.env}`;
}
