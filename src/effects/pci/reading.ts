import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { errnoOf, saysAbsent } from '../errno.js';

/** Reads sysfs and procfs. What is not there is undefined or empty; what cannot be read is, too, and is noted. */
export interface Reading {
  /** Without the white space at its end. */
  text(path: string): Promise<string | undefined>;
  /** As `text`, but what cannot be read is not noted. */
  quietly(path: string): Promise<string | undefined>;
  bytes(path: string): Promise<Uint8Array>;
  names(path: string): Promise<readonly string[]>;
  /** Where a link leads, as an absolute path without links in it. */
  target(path: string): Promise<string | undefined>;
  /** The last part of that. */
  targetName(path: string): Promise<string | undefined>;
  /** Paths with the system's name of the failure. */
  readonly unreadable: string[];
}

export function startReading(): Reading {
  const unreadable: string[] = [];
  const attempt = async <Value, Otherwise>(path: string, read: () => Promise<Value>, otherwise: Otherwise): Promise<Value | Otherwise> => {
    try {
      return await read();
    } catch (thrown) {
      if (!saysAbsent(thrown)) unreadable.push(`${path} (${errnoOf(thrown) ?? String(thrown)})`);
      return otherwise;
    }
  };
  const readText = async (path: string): Promise<string> => (await readFile(path, 'utf8')).trimEnd();
  const target = (path: string): Promise<string | undefined> => attempt(path, () => realpath(path), undefined);
  return {
    unreadable,
    text: (path) => attempt(path, () => readText(path), undefined),
    quietly: (path) => readText(path).catch(() => undefined),
    bytes: (path) => attempt(path, () => readFile(path), new Uint8Array()),
    names: (path) => attempt(path, async () => (await readdir(path)).sort(), []),
    target,
    targetName: async (path) => {
      const found = await target(path);
      return found === undefined ? undefined : basename(found);
    },
  };
}

/** Addresses of the PCI functions that a path of sysfs leads through, the nearest to the host first. */
export function functionsOnPath(path: string): readonly string[] {
  return path.split('/').filter((part) => /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(part));
}
