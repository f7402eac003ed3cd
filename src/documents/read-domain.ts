import { isMap, type Node } from 'yaml';
import type { SourcePosition } from '../errors.js';
import { API_VERSION, type DomainDocument, domainDocument } from './domain-spec.js';
import { absolutePath, resolvePaths } from './paths.js';
import { plainValues, type ValueProblem } from './plain-values.js';
import { type DocumentProblem, formatPath } from './problems.js';
import { humane, type SchemaProblem, schemaProblems } from './schema-problems.js';
import { quoted } from './wording.js';
import { WrittenPlaces } from './written-places.js';

/** What the file around a document knows. */
export interface Surroundings {
  readonly position: (offset: number) => SourcePosition;
  /** Absolute directory where relative paths start; undefined where nobody knows it. */
  readonly directory: string | undefined;
}

/** What one document says. `naming` is known even where other parts are wrong. */
export interface DomainReading {
  readonly document?: DomainDocument;
  readonly naming?: { readonly name: string; readonly position: SourcePosition };
  readonly problems: readonly DocumentProblem[];
}

/** Reads the content of one document. */
export function readDomain(contents: Node, { position, directory }: Surroundings): DomainReading {
  const { value, aliases, problems: valueProblems } = plainValues(contents);
  const places = new WrittenPlaces(contents, aliases);
  const found = valueProblems.map((problem) => fromValue(problem, position));
  if (!isMap(contents)) {
    const message = `is ${quoted(value)}; a document is a map with apiVersion, kind, metadata and spec`;
    return { problems: [...found, { code: 'DOCUMENT_NOT_A_MAP', position: position(places.valueAt([])), path: '', message }] };
  }
  // A schema asked about half a document would complain about the half that was refused.
  if (found.some(({ code }) => code === 'DOCUMENT_TOO_DEEP' || code === 'DOCUMENT_TOO_LARGE')) return { problems: found };

  const parsed = domainDocument.safeParse(value, { error: humane });
  const about = (problem: SchemaProblem): DocumentProblem => fromSchema(problem, places, position);
  if (!parsed.success) found.push(...withoutEchoes(ofThisVersion(schemaProblems(parsed.error.issues)).map(about), found));
  const naming = namingOf(value, places, position);
  if (!parsed.success || found.length > 0) return { ...naming, problems: found };

  const homeless: string[] = [];
  const document = resolvePaths(parsed.data, (path) => {
    if (directory === undefined && !path.startsWith('/')) homeless.push(path);
    return absolutePath(directory ?? '/', path);
  });
  if (homeless.length === 0) return { ...naming, document, problems: [] };
  const message = `holds the relative path ${quoted(homeless[0])}, but the directory of the file is not known; write absolute paths`;
  return { ...naming, problems: [{ code: 'PATH_WITHOUT_DIRECTORY', position: position(places.valueAt([])), path: '', message }] };
}

function fromValue({ code, path, offset, first, message }: ValueProblem, position: (offset: number) => SourcePosition): DocumentProblem {
  const earlier = first === undefined ? undefined : position(first);
  const text = earlier === undefined ? message : message.replace('%first%', `${earlier.line}:${earlier.column}`);
  return { code, position: position(offset), path: formatPath(path), message: text };
}

function fromSchema(
  { code, path, inKey, message }: SchemaProblem,
  places: WrittenPlaces,
  position: (offset: number) => SourcePosition,
): DocumentProblem {
  return { code, position: position(inKey ? places.keyAt(path) : places.valueAt(path)), path: formatPath(path), message };
}

/** A document of another kind or version is wrong in that alone: what else it holds follows rules that we do not know. */
function ofThisVersion(problems: readonly SchemaProblem[]): SchemaProblem[] {
  const foreign = problems
    .filter(({ code, path }) => code === 'VALUE_INVALID' && path.length === 1 && (path[0] === 'apiVersion' || path[0] === 'kind'))
    .map((problem): SchemaProblem => ({ ...problem, code: 'DOCUMENT_VERSION_UNKNOWN' }));
  return foreign.length > 0 ? foreign : [...problems];
}

/** A value that was refused as it was read needs no second message from the schema. */
function withoutEchoes(problems: readonly DocumentProblem[], earlier: readonly DocumentProblem[]): DocumentProblem[] {
  const known = new Set(earlier.map(({ path }) => path));
  return problems.filter(({ path }) => path === '' || !known.has(path));
}

function namingOf(value: unknown, places: WrittenPlaces, position: (offset: number) => SourcePosition): Pick<DomainReading, 'naming'> {
  const { apiVersion, metadata } = value as { apiVersion?: unknown; metadata?: { name?: unknown } | null };
  const name = metadata?.name;
  if (apiVersion !== API_VERSION || typeof name !== 'string') return {};
  return { naming: { name, position: position(places.valueAt(['metadata', 'name'])) } };
}
