import type { SourcePosition } from '../errors.js';
import { quoted } from './wording.js';

/** Stable names of what can be wrong with a document; match on these, never on messages. */
export type ProblemCode =
  /** The text is not YAML, or nests or repeats itself beyond the limits, or uses what Windlass leaves out of YAML. */
  | 'DOCUMENT_SYNTAX'
  | 'DOCUMENT_TOO_LARGE'
  | 'DOCUMENT_UNREADABLE'
  | 'DOCUMENT_TOO_DEEP'
  | 'DOCUMENT_NOT_A_MAP'
  | 'YAML_FEATURE_REFUSED'
  | 'DUPLICATE_KEY'
  /** The document has a sound form and a wrong content. */
  | 'DOCUMENT_VERSION_UNKNOWN'
  | 'FIELD_UNKNOWN'
  | 'FIELD_MISSING'
  | 'VALUE_INVALID'
  | 'VALUES_CONFLICT'
  | 'PATH_WITHOUT_DIRECTORY'
  | 'DUPLICATE_DOMAIN'
  | 'TOO_MANY_PROBLEMS';

/** Keys and list places from the root of a document to a value. */
export type FieldPath = readonly (string | number)[];

/** One mistake in a document. */
export interface DocumentProblem {
  readonly code: ProblemCode;
  readonly position: SourcePosition;
  /** Such as `spec.disks[0].image`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong and what is allowed, in one line. */
  readonly message: string;
}

/** `file:line:column path: message`. */
export function formatProblem({ position, path, message }: DocumentProblem): string {
  return `${position.file}:${position.line}:${position.column} ${path === '' ? '' : `${path}: `}${message}`;
}

/** Such as `spec.disks[0].image`; a key that is no plain word stands in quotes: `metadata.labels["example.com/tier"]`. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][\w-]{0,47}$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${quoted(part)}]`;
  }
  return text;
}

/** Reads what `formatPath` writes, as far as it is understood. */
export function parsePath(text: string): FieldPath {
  const parts = text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g);
  return Array.from(parts, ([, index, key, name]) => {
    if (index !== undefined) return Number(index);
    return key === undefined ? (name ?? '') : String(JSON.parse(key));
  });
}

/** The order of reading: file, line, column, and then as found. */
export function inReadingOrder(problems: readonly DocumentProblem[]): DocumentProblem[] {
  return [...problems].sort(({ position: one }, { position: other }) => {
    if (one.file !== other.file) return one.file < other.file ? -1 : 1;
    return one.line - other.line || one.column - other.column;
  });
}
