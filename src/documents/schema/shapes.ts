import { z } from 'zod';
import { closestName } from '../closest-name.js';
import { anyOf, quoted } from '../wording.js';

/**
 * A map that takes these fields and no others. One unknown field makes one line of the message,
 * in the order of `issue.keys`: the reader of the issues gives each its own position.
 */
export function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const fields = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownField(key, fields)).join('\n') : undefined),
  });
}

/** A map with exactly one of these fields, such as `{file}` or `{env}`. */
export function exactlyOne<Shape extends z.ZodRawShape>(shape: Shape): z.ZodType<OneOf<Shape>, OneOfInput<Shape>> {
  const fields = Object.keys(shape);
  const atMostEach = closed(shape).partial().meta({ minProperties: 1, maxProperties: 1 });
  const one = atMostEach.check(
    whenSound((value: object) => {
      const written = Object.keys(value);
      const found = written.length === 0 ? 'none' : written.join(' and ');
      return written.length === 1 ? [] : [{ message: `takes exactly one of ${anyOf(fields)}, not ${found}` }];
    }),
  );
  // The check above proves what the type system cannot see.
  return one as unknown as z.ZodType<OneOf<Shape>, OneOfInput<Shape>>;
}

/** The output of `exactlyOne`: a union with one member a field; `'file' in value` tells them apart. */
export type OneOf<Shape extends z.ZodRawShape> = { [Field in keyof Shape]: { [Only in Field]: z.output<Shape[Field]> } }[keyof Shape];

/** What may be written for `exactlyOne`. */
export type OneOfInput<Shape extends z.ZodRawShape> = { [Field in keyof Shape]: { [Only in Field]: z.input<Shape[Field]> } }[keyof Shape];

/** What a cross-check found: where (below the value that it checked) and what is wrong. */
export interface Finding {
  readonly path?: readonly (string | number)[];
  readonly message: string;
}

/** Marks the issues of checks over several fields, for whoever reads them. */
const CONFLICT = { conflict: true };

/** A check over several fields. It runs only on a value whose own fields are all sound, so it needs no defence against wrong types. */
export function whenSound<Value>(find: (value: Value) => readonly Finding[]): z.core.$ZodCheck<Value> {
  return z.superRefine<Value>(
    (value, context) => {
      for (const { path = [], message } of find(value)) context.addIssue({ code: 'custom', path: [...path], message, params: CONFLICT });
    },
    { when: (payload) => payload.issues.length === 0 },
  );
}

/** Each item gets the name that it was given, or `<prefix><index>`. */
export function numbered<Item extends { name?: string | undefined }>(
  prefix: string,
): (items: readonly Item[]) => (Item & { name: string })[] {
  return (items) => items.map((item, index) => ({ ...item, name: item.name ?? `${prefix}${index}` }));
}

/** Finds items whose `field` repeats that of an earlier one. */
export function repeats<Item>(
  what: string,
  field: string,
  keyOf: (item: Item) => string | undefined,
): (items: readonly Item[]) => Finding[] {
  return (items) => {
    const seen = new Map<string, number>();
    return items.flatMap((item, index) => {
      const key = keyOf(item);
      if (key === undefined) return [];
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, index);
        return [];
      }
      return [{ path: [index, field], message: `${quoted(key)} is already the ${what} of item ${first}; each needs its own` }];
    });
  };
}

/** A list whose items are all different. */
export function distinct<Item extends z.ZodType<string | number>>(item: Item, most: number): z.ZodArray<Item> {
  return z
    .array(item)
    .max(most)
    .check(
      whenSound((items) =>
        items.flatMap((one, index) =>
          items.indexOf(one) < index ? [{ path: [index], message: `${quoted(one)} is in the list already` }] : [],
        ),
      ),
    );
}

function unknownField(key: string, fields: readonly string[]): string {
  const near = closestName(key, fields);
  return `unknown field ${quoted(key)}; ${near === undefined ? `this place takes ${anyOf(fields)}` : `did you mean ${quoted(near)}?`}`;
}
