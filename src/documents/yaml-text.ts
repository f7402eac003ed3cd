import { Composer, type Document, Lexer, LineCounter, type ParsedNode, Parser } from 'yaml';
import { DOCUMENT_LIMITS } from './limits.js';
import type { ProblemCode } from './problems.js';

/** A mistake at an offset of the text. */
export interface TextProblem {
  readonly code: ProblemCode;
  readonly offset: number;
  readonly message: string;
}

/** What a file holds, or why it cannot be read. */
export interface YamlText {
  readonly documents: readonly Document.Parsed[];
  readonly problems: readonly TextProblem[];
  readonly lines: LineCounter;
}

/** The types of token that hold other values. */
const COLLECTIONS = new Set(['block-map', 'block-seq', 'flow-collection']);

/**
 * Reads the documents of a text as YAML 1.2 (of which JSON is a part), within the limits.
 *
 * Tokens are counted for their depth while they are made, one by one: the composer that turns them into nodes calls itself
 * for each level, and would end the process on a text of a hundred thousand brackets.
 */
export function readYaml(text: string): YamlText {
  const lines = linesOf(text);
  if (!fits(text)) {
    return {
      documents: [],
      lines,
      problems: [{ code: 'DOCUMENT_TOO_LARGE', offset: 0, message: `is larger than ${DOCUMENT_LIMITS.bytes} bytes` }],
    };
  }
  const parser = new Parser();
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > DOCUMENT_LIMITS.depth && depthOf(parser) > DOCUMENT_LIMITS.depth) {
      const message = `nests lists and maps more than ${DOCUMENT_LIMITS.depth} deep`;
      return { documents: [], lines, problems: [{ code: 'DOCUMENT_TOO_DEEP', offset, message }] };
    }
  }
  tokens.push(...parser.end());
  // Duplicate keys are found later, where both places can be named.
  const composer = new Composer<ParsedNode>({ version: '1.2', schema: 'core', uniqueKeys: false });
  const documents = [...composer.compose(tokens, false, text.length)];
  return { documents, lines, problems: documents.flatMap(syntaxProblems) };
}

/** Where the lines of a text start. Counted here, because the parser loses count of the lines of a text that it cannot follow. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1);
  return lines;
}

function syntaxProblems(document: Document.Parsed): TextProblem[] {
  const problems = document.errors.map(({ pos: [offset], message }): TextProblem => ({
    code: 'DOCUMENT_SYNTAX',
    offset,
    message: `is not YAML: ${message}`,
  }));
  const version = document.directives.yaml.version;
  if (version !== '1.2') {
    problems.push({
      code: 'YAML_FEATURE_REFUSED',
      offset: document.range[0],
      message: `is YAML ${version}; write YAML 1.2, which needs no %YAML line`,
    });
  }
  return problems;
}

function depthOf(parser: Parser): number {
  return parser.stack.filter(({ type }) => COLLECTIONS.has(type)).length;
}

function fits(text: string): boolean {
  if (text.length > DOCUMENT_LIMITS.bytes) return false;
  const widest = 3;
  return text.length * widest <= DOCUMENT_LIMITS.bytes || new TextEncoder().encode(text).length <= DOCUMENT_LIMITS.bytes;
}
