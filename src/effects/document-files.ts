import type { Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { messageOf, WindlassError } from '../errors.js';
import { saysAbsent } from './errno.js';

/** Bytes. A set of documents that is longer than this is split into files. */
const largestFile = 1024 * 1024;
const documentName = /\.(ya?ml|json)$/;
/** Characters that make a path a pattern, where no file has that very name. */
const patternCharacters = /[*?[\]{}!()]/;

export interface DocumentFile {
  /** As the user would write it: relative where the given path is. */
  readonly file: string;
  readonly text: string;
}

/**
 * Reads documents: files of any name, folders (with those below them; `*.yaml`, `*.yml` and `*.json`, nothing hidden) and glob patterns.
 * In the order given, sorted by name within a folder or pattern, each file once. An empty folder has no documents; a pattern must match.
 *
 * Rejects with DOCUMENT_NOT_FOUND, DOCUMENT_TOO_LARGE (over 1 MiB) or DOCUMENT_UNREADABLE; the message names all that is wrong.
 */
export async function readDocumentFiles(paths: readonly string[]): Promise<readonly DocumentFile[]> {
  const problems: WindlassError[] = [];
  const noted = async <Result>(work: Promise<Result>): Promise<Result | undefined> => {
    try {
      return await work;
    } catch (thrown) {
      problems.push(thrown instanceof WindlassError ? thrown : new WindlassError('DOCUMENT_UNREADABLE', messageOf(thrown), { cause: thrown }));
      return undefined;
    }
  };
  const lists = await Promise.all(paths.map((path) => noted(filesAt(path))));
  const files = new Map(lists.flatMap((list) => list ?? []).map((file) => [resolve(file), file]));
  const read = await Promise.all([...files.values()].map((file) => noted(readDocument(file))));
  const [first, ...others] = problems;
  if (first !== undefined) throw others.length === 0 ? first : new WindlassError(first.code, problems.map(({ message }) => message).join('\n'), { cause: first });
  return read.filter((one) => one !== undefined);
}

async function filesAt(path: string): Promise<readonly string[]> {
  const facts = await statOrNothing(path);
  if (facts?.isDirectory() === true) return filesBelow(path, new Set());
  if (facts !== undefined) return [path];
  const matches = patternCharacters.test(path) ? await filesLike(path) : [];
  if (matches.length > 0) return matches;
  const what = patternCharacters.test(path) ? `no file matches ${path}` : `there is no file or folder ${path}`;
  throw new WindlassError('DOCUMENT_NOT_FOUND', what, { cure: 'check the path; patterns are relative to the working directory' });
}

/** `visited` holds real paths: a link may lead to a folder above it. */
async function filesBelow(directory: string, visited: Set<string>): Promise<readonly string[]> {
  const real = await realpath(directory);
  if (visited.has(real)) return [];
  visited.add(real);
  const found: string[] = [];
  for (const name of (await readdir(directory)).filter(isVisible).sort()) {
    const path = join(directory, name);
    const facts = await statOrNothing(path);
    if (facts?.isDirectory() === true) found.push(...(await filesBelow(path, visited)));
    else if (facts?.isFile() === true && isDocumentName(name)) found.push(path);
  }
  return found;
}

async function filesLike(pattern: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  return (await glob(pattern, { absolute: isAbsolute(pattern), expandDirectories: false, dot: false, ignore: ['**/node_modules/**'] })).sort();
}

async function readDocument(file: string): Promise<DocumentFile> {
  try {
    await using handle = await open(file, 'r');
    const facts = await handle.stat();
    if (!facts.isFile()) throw new WindlassError('DOCUMENT_UNREADABLE', `${file} is not a file`);
    if (facts.size > largestFile) {
      throw new WindlassError('DOCUMENT_TOO_LARGE', `${file} has ${facts.size} bytes; a document file has ${largestFile} at most`, { cure: 'split it into several files' });
    }
    // Not more than was looked at, should it be growing.
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(facts.size), 0, facts.size, 0);
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead)) };
  } catch (thrown) {
    if (thrown instanceof WindlassError) throw thrown;
    if (saysAbsent(thrown)) throw new WindlassError('DOCUMENT_NOT_FOUND', `there is no file ${file}`, { cause: thrown });
    throw new WindlassError('DOCUMENT_UNREADABLE', `cannot read ${file}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Can a file in a folder be a document? */
export function isDocumentName(name: string): boolean {
  return documentName.test(name);
}

/** Hidden folders are version control and editors' own; packages are never documents. */
export function isVisible(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}

async function statOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (thrown) {
    if (saysAbsent(thrown)) return undefined;
    throw new WindlassError('DOCUMENT_UNREADABLE', `cannot look at ${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
