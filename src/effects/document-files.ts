import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { constants, open, readdir, realpath, stat } from 'node:fs/promises';
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
  /** Empty where the file cannot be read as text. */
  readonly text: string;
  /** Why it cannot. Part of the set, so that the mistakes of the other files are told beside it. */
  readonly unreadable?: UnreadableFile;
}

interface UnreadableFile {
  readonly code: 'DOCUMENT_TOO_LARGE' | 'DOCUMENT_UNREADABLE';
  /** From 1: where the text ceases to be one. */
  readonly line: number;
  readonly message: string;
}

/**
 * Reads documents: files of any name, folders (with those below them; `*.yaml`, `*.yml` and `*.json`, nothing hidden) and glob patterns.
 * In the order given, sorted by name within a folder or pattern, each file once. An empty folder has no documents; a pattern must match.
 *
 * What is removed between the listing of its folder and its own turn was not there. A file that is there but has over 1 MiB, may not be read or is no UTF-8 text says so in `unreadable`. Rejects with DOCUMENT_NOT_FOUND
 * where a path leads nowhere, or DOCUMENT_UNREADABLE where a folder cannot be listed; the message names all that is wrong.
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
  const files = new Map(lists.flatMap((list) => list ?? []).map((found) => [resolve(found.file), found]));
  const read = await Promise.all([...files.values()].map((found) => noted(readDocument(found))));
  const [first, ...others] = problems;
  if (first !== undefined) throw others.length === 0 ? first : new WindlassError(first.code, problems.map(({ message }) => message).join('\n'), { cause: first });
  return read.filter((one) => one !== undefined);
}

/** A file, and whether the user gave its very name: one that was listed may go again. */
interface FoundFile {
  readonly file: string;
  readonly named: boolean;
}

const listed = (file: string): FoundFile => ({ file, named: false });

async function filesAt(path: string): Promise<readonly FoundFile[]> {
  const facts = await statOrNothing(path);
  if (facts?.isDirectory() === true) return (await filesBelow(path, new Set())).map(listed);
  if (facts !== undefined) return [{ file: path, named: true }];
  const matches = patternCharacters.test(path) ? await filesLike(path) : [];
  if (matches.length > 0) return matches.map(listed);
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
    if (facts?.isDirectory() === true) found.push(...(await filesBelow(path, visited).catch(noneIfAbsent)));
    else if (facts?.isFile() === true && isDocumentName(name)) found.push(path);
  }
  return found;
}

function noneIfAbsent(thrown: unknown): readonly string[] {
  if (saysAbsent(thrown)) return [];
  throw thrown;
}

async function filesLike(pattern: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  return (await glob(pattern, { absolute: isAbsolute(pattern), expandDirectories: false, dot: false, ignore: ['**/node_modules/**'] })).sort();
}

async function readDocument({ file, named }: FoundFile): Promise<DocumentFile | undefined> {
  try {
    // Without O_NONBLOCK, opening a named pipe waits for its writer for ever.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await handle.stat();
    if (!facts.isFile()) return unreadable(file, 'DOCUMENT_UNREADABLE', 'is not a file');
    if (facts.size > largestFile) {
      return unreadable(file, 'DOCUMENT_TOO_LARGE', `has ${facts.size} bytes; a document file has ${largestFile} at most: split it into several files`);
    }
    // Not more than was looked at, should it be growing.
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(facts.size), 0, facts.size, 0);
    return decoded(file, buffer.subarray(0, bytesRead));
  } catch (thrown) {
    if (saysAbsent(thrown) && !named) return undefined;
    if (saysAbsent(thrown)) throw new WindlassError('DOCUMENT_NOT_FOUND', `there is no file ${file}`, { cause: thrown });
    return unreadable(file, 'DOCUMENT_UNREADABLE', `cannot be read: ${messageOf(thrown)}`);
  }
}

function decoded(file: string, bytes: Buffer): DocumentFile {
  if (isUtf8(bytes)) return { file, text: new TextDecoder().decode(bytes) };
  let line = 1;
  // A line feed is no part of a longer character in UTF-8.
  for (let begin = 0; begin < bytes.length; line += 1) {
    const end = bytes.indexOf('\n', begin);
    const next = end === -1 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(begin, next))) break;
    begin = next;
  }
  return unreadable(file, 'DOCUMENT_UNREADABLE', 'is not UTF-8 text; save it in that encoding', line);
}

function unreadable(file: string, code: UnreadableFile['code'], message: string, line = 1): DocumentFile {
  return { file, text: '', unreadable: { code, line, message } };
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
