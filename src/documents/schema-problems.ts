import type { z } from 'zod';
import { closestName } from './closest-name.js';
import type { FieldPath, ProblemCode } from './problems.js';
import { absence, anyOf, quoted } from './wording.js';

/** A mistake that the schema found, with its place in the document. */
export interface SchemaProblem {
  readonly code: ProblemCode;
  readonly path: FieldPath;
  /** Does the mistake lie in the key, rather than in its value? */
  readonly inKey: boolean;
  readonly message: string;
}

/** The words for issues whose schema has none of its own. Given to zod as the error map of a parse. */
export function humane(issue: z.core.$ZodRawIssue): string | undefined {
  const given = quoted(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return (
        absence(issue.input, `; it must be ${kindOf(issue.expected)}`) ??
        `${given} is not ${kindOf(issue.expected)}${trap(issue.expected, issue.input)}`
      );
    case 'invalid_value': {
      const choices = issue.values.map(String);
      const missing = absence(issue.input, `; write ${anyOf(choices)}`);
      if (missing !== undefined) return missing;
      const near = typeof issue.input === 'string' ? closestName(issue.input, choices) : undefined;
      return `${given} is not allowed here; ${near === undefined ? `write ${anyOf(choices)}` : `did you mean ${quoted(near)}?`}`;
    }
    case 'too_big':
      return issue.origin === 'array' ? `has more than ${String(issue.maximum)} items` : `${given} is more than ${String(issue.maximum)}`;
    case 'too_small':
      if (issue.origin === 'array') return `needs at least ${String(issue.minimum)} item`;
      return issue.origin === 'string'
        ? 'is empty; leave the field out or write a value'
        : `${given} is less than ${String(issue.minimum)}`;
    case 'invalid_format':
      return `${given} is not ${issue.format === 'regex' ? 'allowed here' : `a valid ${issue.format}`}`;
    default:
      return undefined;
  }
}

/** Turns what zod found into problems of the document, one for each mistake. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], below: FieldPath = []): SchemaProblem[] {
  return issues.flatMap((issue) => {
    const path = [...below, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, index): SchemaProblem => ({
        code: 'FIELD_UNKNOWN',
        path: [...path, key],
        inKey: true,
        message: messages[index] ?? '',
      }));
    }
    if (issue.code === 'invalid_union') {
      const meant = branchMeant(issue);
      if (meant !== undefined) return schemaProblems(meant, path);
    }
    if (issue.code === 'invalid_key') {
      return [{ code: 'VALUE_INVALID', path, inKey: true, message: issue.issues[0]?.message ?? issue.message }];
    }
    return [{ code: codeOf(issue), path, inKey: false, message: issue.message }];
  });
}

/**
 * A field with a short and a long form fails in both. Where the value has the kind of exactly one of them, the user meant that one,
 * and its own mistakes say more than "neither of the two".
 */
function branchMeant(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const [only, ...others] = issue.errors.filter(isOfKind);
  return others.length === 0 ? only : undefined;
}

/** Did this branch take the value at all, and find fault only with what is in it? */
function isOfKind(branch: readonly z.core.$ZodIssue[]): boolean {
  return !branch.some((issue) => {
    if (issue.path.length > 0) return false;
    if (issue.code === 'invalid_union') return !issue.errors.some(isOfKind);
    return issue.code === 'invalid_type' || issue.code === 'invalid_value';
  });
}

function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  if (issue.code === 'custom' && issue.params?.['conflict'] === true) return 'VALUES_CONFLICT';
  return issue.message.startsWith('is missing') ? 'FIELD_MISSING' : 'VALUE_INVALID';
}

function kindOf(expected: string): string {
  switch (expected) {
    case 'object':
    case 'record':
      return 'a map';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'int':
      return 'a whole number';
    default:
      return `a ${expected}`;
  }
}

function trap(expected: string, input: unknown): string {
  if (expected === 'string' && typeof input !== 'object') return '; write it in quotes';
  if (expected !== 'boolean' || typeof input !== 'string') return '';
  if (/^(yes|on|y)$/i.test(input)) return '; write true (YAML 1.2 reads this word as text)';
  return /^(no|off|n)$/i.test(input) ? '; write false (YAML 1.2 reads this word as text)' : '';
}
