import type { DomainDocument } from '../documents/domain-spec.js';
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';

export const passwordField = 'spec.display.vnc.password';
/** Bytes of a password that VNC compares: with them it encrypts its challenge (RFC 6143, 7.2.2). */
const longest = 8;

/** What the document's display is to demand; undefined where it demands nothing. Rejects with SECRET_ABSENT or SECRET_REFUSED, which name the field. */
export async function displayPassword(ports: Pick<Ports, 'secrets'>, document: DomainDocument): Promise<string | undefined> {
  const place = document.spec.display?.vnc?.password;
  if (place === undefined) return undefined;
  try {
    const password = await ports.secrets.read(place);
    if (Buffer.byteLength(password) <= longest) return password;
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    throw new WindlassError(error.code, `${passwordField}: ${error.message}`, { cause: error, field: passwordField, retryable: error.retryable });
  }
  throw new WindlassError('SECRET_REFUSED', `${passwordField}: VNC compares ${longest} bytes of a password, and this one is longer`, { field: passwordField, retryable: true });
}
