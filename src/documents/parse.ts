import { isScalar, type Node } from 'yaml';
import type { SourcePosition } from '../errors.js';
import type { DomainDocument } from './domain-spec.js';
import { DOCUMENT_LIMITS } from './limits.js';
import { absolutePath, directoryOf } from './paths.js';
import { type DocumentProblem, inReadingOrder, type ProblemCode } from './problems.js';
import { readDomain } from './read-domain.js';
import { readYaml, type YamlText } from './yaml-text.js';
import { quoted } from './wording.js';

/** A file that was read by somebody else. */
export interface DocumentSource {
  /** As messages name it. Relative paths in its documents start at its directory. */
  readonly file: string;
  /** Empty where `unreadable` says why. */
  readonly text: string;
  readonly unreadable?: UnreadableText;
}

/** Why a file has no text to read: a mistake of the set, like any other. */
interface UnreadableText {
  readonly code: Extract<ProblemCode, 'DOCUMENT_TOO_LARGE' | 'DOCUMENT_UNREADABLE'>;
  /** From 1: where reading stopped. */
  readonly line: number;
  readonly message: string;
}

export interface ParseOptions {
  /** Absolute directory where a relative `file` starts. Without it, a document of such a file may hold absolute paths only. */
  readonly workingDirectory?: string;
}

/** A document that is sound and complete. */
export interface ParsedDocument {
  readonly document: DomainDocument;
  /** Where its content begins. */
  readonly source: SourcePosition;
  /** Its own part of the file, from `source` on: positions of fields are found in it when somebody asks. */
  readonly text: string;
}

/** All documents of all files, or all that is wrong with them in reading order: a set with a mistake yields nothing. */
export type ParseResult =
  | { readonly ok: true; readonly documents: readonly ParsedDocument[] }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** Where a domain was given its name. */
interface Naming {
  readonly name: string;
  readonly position: SourcePosition;
}

interface FileResult {
  readonly documents: ParsedDocument[];
  readonly problems: DocumentProblem[];
  readonly namings: Naming[];
}

/** Reads desired-state documents from YAML or JSON texts. Never throws; reports every mistake of every file at once. */
export function parseDocuments(sources: readonly DocumentSource[], options: ParseOptions = {}): ParseResult {
  const files = sources.map((source) => readFile(source, options));
  const problems = [...files.flatMap((file) => file.problems), ...repeatedNames(files.flatMap((file) => file.namings))];
  if (problems.length > 0) return { ok: false, problems: inReadingOrder(problems) };
  return { ok: true, documents: files.flatMap((file) => file.documents) };
}

function readFile({ file, text, unreadable }: DocumentSource, { workingDirectory }: ParseOptions): FileResult {
  if (unreadable !== undefined) {
    const { code, line, message } = unreadable;
    return { documents: [], namings: [], problems: [{ code, position: { file, line, column: 1 }, path: '', message }] };
  }
  const yaml = readYaml(text);
  const position = (offset: number): SourcePosition => positionIn(yaml, file, offset);
  const result: FileResult = {
    documents: [],
    namings: [],
    problems: yaml.problems.map(({ offset, ...problem }) => ({ ...problem, path: '', position: position(offset) })),
  };
  const directory = startOfPaths(file, workingDirectory);
  for (const { contents, errors } of yaml.documents) {
    // What a broken text seems to say would only add noise to the message about the break.
    if (errors.length > 0 || contents === null || isNothing(contents)) continue;
    const read = readDomain(contents, { position, directory });
    if (read.naming !== undefined) result.namings.push(read.naming);
    result.problems.push(...read.problems);
    if (read.document === undefined) continue;
    const [begin, , end] = contents.range;
    result.documents.push({ document: read.document, source: position(begin), text: text.slice(begin, end) });
  }
  return { ...result, problems: withinBound(result.problems) };
}

function positionIn({ lines }: YamlText, file: string, offset: number): SourcePosition {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}

function startOfPaths(file: string, workingDirectory: string | undefined): string | undefined {
  const directory = directoryOf(file);
  if (directory.startsWith('/')) return directory;
  return workingDirectory === undefined ? undefined : absolutePath(workingDirectory, directory);
}

/** A document with nothing in it, as between two separators, asks for nothing. */
function isNothing(contents: Node): boolean {
  return isScalar(contents) && contents.value === null && contents.source === '' && contents.tag === undefined;
}

function withinBound(problems: readonly DocumentProblem[]): DocumentProblem[] {
  const shown = inReadingOrder(problems).slice(0, DOCUMENT_LIMITS.problems);
  const last = shown.at(-1);
  const more = problems.length - shown.length;
  if (last === undefined || more === 0) return shown;
  return [...shown, { code: 'TOO_MANY_PROBLEMS', position: last.position, path: '', message: `and ${more} more problems in this file` }];
}

function repeatedNames(namings: readonly Naming[]): DocumentProblem[] {
  const first = new Map<string, SourcePosition>();
  return namings.flatMap(({ name, position }): DocumentProblem[] => {
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, position);
      return [];
    }
    const where = `${earlier.file}:${earlier.line}:${earlier.column}`;
    return [
      {
        code: 'DUPLICATE_DOMAIN',
        position,
        path: 'metadata.name',
        message: `${quoted(name)} is already the name of the domain at ${where}`,
      },
    ];
  });
}
