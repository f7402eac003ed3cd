import { listChildren } from './directory.js';
import { isXenstoreError, xenstoreError } from './errors.js';
import { checkedPath } from './paths.js';
import { decodePermissions, encodePermissions, type Permissions } from './permissions.js';
import type { Request, Wait } from './request.js';
import { decodeStrings, decodeText, encodeStrings, encodeText, messageTypes, payloadBytes } from './wire.js';

/**
 * What can be done with nodes, in a transaction or outside. Paths are absolute; XENSTORE_PATH_INVALID is for those that no store could hold.
 * All of them reject with the codes in errors.ts.
 */
export interface XenstoreNodes {
  /** The value as UTF-8 text; undefined when there is no such node. A directory has the value ''. */
  read(path: string, wait?: Wait): Promise<string | undefined>;
  /** The value as it is; undefined when there is no such node. */
  readBytes(path: string, wait?: Wait): Promise<Uint8Array | undefined>;
  /**
   * Makes the node, and those above it, where they are not there. XENSTORE_TOO_LARGE when path and value do not fit a message of 4096 bytes
   * (not sent), or when the daemon takes less (oxenstored: values of 2048 bytes).
   */
  write(path: string, value: string | Uint8Array, wait?: Wait): Promise<void>;
  /** Makes an empty node, and those above it; one that is there keeps its value. */
  mkdir(path: string, wait?: Wait): Promise<void>;
  /** Removes the node and all below it; nothing to remove is fine. */
  rm(path: string, wait?: Wait): Promise<void>;
  /** Names of the children, in no order, however many there are; undefined when there is no such node. */
  directory(path: string, wait?: Wait): Promise<readonly string[] | undefined>;
  /** Undefined when there is no such node. */
  getPermissions(path: string, wait?: Wait): Promise<Permissions | undefined>;
  /** XENSTORE_ABSENT when there is no such node, XENSTORE_TOO_LARGE for more grants than a message holds (not sent). */
  setPermissions(path: string, permissions: Permissions, wait?: Wait): Promise<void>;
}

/** Undefined instead of the daemon's ENOENT. */
async function whereThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isXenstoreError(error, 'XENSTORE_ABSENT')) return undefined;
    throw error;
  }
}

/** `transaction`: an id that the daemon gave, or 0. */
export function createNodes(request: Request, transaction: number): XenstoreNodes {
  const ask = (type: keyof typeof messageTypes, path: string, wait: Wait): Promise<Uint8Array> =>
    request({ type: messageTypes[type], payload: encodeStrings([checkedPath(path)]), about: `${type} ${path}` }, transaction, wait);
  const readBytes: XenstoreNodes['readBytes'] = async (path, wait = {}) => await whereThere(ask('read', path, wait));

  return {
    readBytes,
    read: async (path, wait) => {
      const value = await readBytes(path, wait);
      return value === undefined ? undefined : decodeText(value);
    },
    write: async (path, value, wait = {}) => {
      const bytes = typeof value === 'string' ? encodeText(value) : value;
      const payload = encodeStrings([checkedPath(path)], bytes);
      if (payload.length > payloadBytes) {
        const room = payloadBytes - (payload.length - bytes.length);
        throw xenstoreError('XENSTORE_TOO_LARGE', `write ${path}: a value of ${bytes.length} bytes was not sent, a message has room for ${room} behind this path`);
      }
      await request({ type: messageTypes.write, payload, about: `write ${path} (${bytes.length} bytes)` }, transaction, wait);
    },
    mkdir: async (path, wait = {}) => {
      await ask('mkdir', path, wait);
    },
    rm: async (path, wait = {}) => {
      await whereThere(ask('rm', path, wait));
    },
    directory: async (path, wait = {}) => await whereThere(listChildren(request, checkedPath(path), transaction, wait)),
    getPermissions: async (path, wait = {}) => {
      const list = await whereThere(ask('getPermissions', path, wait));
      return list === undefined ? undefined : decodePermissions(decodeStrings(list));
    },
    setPermissions: async (path, permissions, wait = {}) => {
      const payload = encodeStrings([checkedPath(path), ...encodePermissions(permissions)]);
      await request({ type: messageTypes.setPermissions, payload, about: `setPermissions ${path} (${permissions.grants.length} grants)` }, transaction, wait);
    },
  };
}
