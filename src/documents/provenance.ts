import { isCollection, parseDocument } from 'yaml';
import type { SourcePosition } from '../errors.js';
import type { ParsedDocument } from './parse.js';
import { plainValues } from './plain-values.js';
import { type FieldPath, formatPath, parsePath } from './problems.js';
import { WrittenPlaces } from './written-places.js';
import { linesOf } from './yaml-text.js';

/** A field that the user wrote, as opposed to one that has its default. */
export interface WrittenField {
  /** Such as `spec.disks[0].image`. */
  readonly path: string;
  readonly position: SourcePosition;
}

/**
 * Where a field of a document is written, or the nearest field around it where it has its default.
 * Reads the text of the document again, so that documents which nobody asks about keep no positions in memory.
 */
export function positionOf(parsed: ParsedDocument, path: string | FieldPath): SourcePosition {
  const read = readAgain(parsed);
  if (read === undefined) return parsed.source;
  return read.position(read.places.valueAt(typeof path === 'string' ? parsePath(path) : path));
}

/** Did the user write this field, such as `spec.deadlines.press`, or has it its default? Costs nothing where its name is not in the text. */
export function isWritten(parsed: ParsedDocument, path: string): boolean {
  const fields = parsePath(path);
  if (!parsed.text.includes(String(fields.at(-1)))) return false;
  return readAgain(parsed)?.places.has(fields) ?? false;
}

/** Every field that the user wrote, parents before children, in the order of the text. */
export function fieldsOf(parsed: ParsedDocument): readonly WrittenField[] {
  const read = readAgain(parsed);
  if (read === undefined) return [];
  return Array.from(read.places.all(), ({ path, offset }) => ({ path: formatPath(path), position: read.position(offset) }));
}

function readAgain({ source, text }: ParsedDocument): { places: WrittenPlaces; position: (offset: number) => SourcePosition } | undefined {
  // The first line stands as far to the right as it did in the file, or the others would seem to be indented below it.
  const indented = ' '.repeat(source.column - 1) + text;
  const { contents } = parseDocument(indented, { prettyErrors: false, uniqueKeys: false });
  if (!isCollection(contents)) return undefined;
  const lines = linesOf(indented);
  const position = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file: source.file, line: source.line + line - 1, column: col };
  };
  return { places: new WrittenPlaces(contents, plainValues(contents).aliases), position };
}
