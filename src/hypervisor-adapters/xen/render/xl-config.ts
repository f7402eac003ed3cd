/** A value of xl.cfg. Numbers are whole and not negative: the grammar has no others. */
export type XlValue = string | number | readonly XlValue[];

/** One assignment of xl.cfg, and the field of the document that it comes from. */
export interface XlSetting {
  readonly key: string;
  readonly value: XlValue;
  readonly field: string;
}

/**
 * The text of xl.cfg, one assignment a line, by the grammar of libxlutil (libxlu_cfg_l.l and libxlu_cfg_y.y of Xen 4.17): strings in double
 * quotes, in which a backslash stands before a quote and before itself, so that no value can end its string.
 */
export function xlConfigText(settings: readonly XlSetting[]): string {
  return settings.map(({ key, value }) => `${key} = ${valueText(value)}\n`).join('');
}

/** `uuid="…"`, as xl takes one more assignment on its command line. */
export function xlArgument(key: string, value: string): string {
  return `${key}=${quoted(value)}`;
}

function valueText(value: XlValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  return `[${value.map((item) => ` ${valueText(item)}`).join(',')} ]`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/**
 * Assignments that xl must not be given: a NUL would end the value early, a line break would forge lines of logs and of the store, and half
 * of a surrogate pair has no bytes in a file. Documents that were parsed hold none; whoever builds one by hand gets no further than here.
 */
export function refusedSettings(settings: readonly XlSetting[]): readonly XlSetting[] {
  return settings.filter(({ value }) => !isSafe(value));
}

function isSafe(value: XlValue): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  if (typeof value === 'string') return !/[\p{Cc}\p{Cs}]/u.test(value);
  return value.every(isSafe);
}
