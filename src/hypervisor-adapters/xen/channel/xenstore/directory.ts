import { errnoOf, xenstoreError } from './errors.js';
import type { Request, Wait } from './request.js';
import { decodeStrings, encodeStrings, messageTypes } from './wire.js';

/** How often a directory that changes while it is read in parts is begun anew. */
const beginnings = 16;

/**
 * The names of a node's children. C xenstored refuses to list what is longer than one message with E2BIG, and has a request that reads in
 * parts; oxenstored does not know that one and sends any length in one piece, but refuses, too, who asks through the kernel. So the whole is
 * asked for first.
 */
export async function listChildren(request: Request, path: string, transaction: number, wait: Wait): Promise<readonly string[]> {
  const about = `directory ${path}`;
  try {
    return decodeStrings(await request({ type: messageTypes.directory, payload: encodeStrings([path]), about }, transaction, wait));
  } catch (error) {
    if (errnoOf(error) !== 'E2BIG') throw error;
    return await listOverAndOver(request, path, transaction, wait, error);
  }
}

/** In parts, until it did not change meanwhile. `tooLarge`: what the daemon said to the whole, and all there is to say where it knows no parts. */
async function listOverAndOver(request: Request, path: string, transaction: number, wait: Wait, tooLarge: unknown): Promise<readonly string[]> {
  for (let beginning = 0; beginning < beginnings; beginning += 1) {
    try {
      const children = await listInParts(request, path, transaction, wait);
      if (children !== undefined) return children;
    } catch (error) {
      throw errnoOf(error) === 'ENOSYS' ? tooLarge : error;
    }
  }
  throw xenstoreError('XENSTORE_CONFLICT', `directory ${path}: it changed in each of ${beginnings} attempts to read it in parts`);
}

/** Undefined when the directory changed in between. */
async function listInParts(request: Request, path: string, transaction: number, wait: Wait): Promise<readonly string[] | undefined> {
  const children: string[] = [];
  let known: string | undefined;
  /** Bytes of the list that were read; each name has a NUL behind it. */
  let offset = 0;
  for (;;) {
    const about = `directory ${path} from byte ${offset}`;
    const payload = encodeStrings([path, String(offset)]);
    const [generation = '', ...part] = decodeStrings(await request({ type: messageTypes.directoryPart, payload, about }, transaction, wait));
    if (known !== undefined && generation !== known) return undefined;
    known = generation;
    // An empty name ends the list.
    const last = part.at(-1) === '';
    if (last) part.pop();
    children.push(...part);
    if (last) return children;
    // Else a daemon that says nothing new would be asked for ever.
    if (part.length === 0) throw xenstoreError('XENSTORE_PROTOCOL', `${about}: the reply neither goes on nor ends`);
    offset += part.reduce((length, name) => length + name.length + 1, 0);
  }
}
