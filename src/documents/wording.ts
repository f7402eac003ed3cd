/** The part of a zod issue that a message is made from. */
interface Refused {
  readonly input?: unknown;
}

const LONGEST_QUOTE = 48;

/** A value as a message quotes it: JSON, cut to a length that fits a line; lists and maps only by kind. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'a value';
  return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value);
}

/** A zod error function: "<the value> <predicate>; <remedy>", or that there is no value. */
export function says(predicate: string, remedy?: string): (issue: Refused) => string {
  const advice = remedy === undefined ? '' : `; ${remedy}`;
  return ({ input }) => absence(input, advice) ?? `${quoted(input)} ${predicate}${advice}`;
}

/** The zod error function of a field that takes text: what YAML reads as a number or truth value becomes text in quotes. */
export function notText(what = 'text'): (issue: Refused) => string {
  return ({ input }) => {
    const advice = typeof input === 'number' || typeof input === 'boolean' ? '; write it in quotes' : '';
    return absence(input, '') ?? `${quoted(input)} is not ${what}${advice}`;
  };
}

/** What to say about a value that is not there; undefined where there is one. */
export function absence(input: unknown, advice: string): string | undefined {
  if (input === undefined) return `is missing${advice}`;
  return input === null ? 'is empty; leave the field out or write a value' : undefined;
}

/** "a", "a or b", "a, b or c". */
export function anyOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}
