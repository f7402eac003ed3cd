import type { PlanProblem } from '../../contract/plan.js';

/** A value inside a string that xl splits itself, and the field of the document that it comes from. */
export interface SpecValue {
  readonly key: string;
  readonly value: string | number;
  readonly field: string;
}

/** `mac=52:54:00:00:00:01,bridge=br0`: how xl writes a device. xl splits it at commas and knows no way to write one in a value. */
export function specString(values: readonly SpecValue[]): string {
  return values.map(({ key, value }) => `${key}=${value}`).join(',');
}

/** One problem for each value that xl would split, or that would lose a blank: since 4.18 it takes them away at the ends of a share's values. */
export function splitValues(values: readonly SpecValue[]): readonly PlanProblem[] {
  return values.flatMap(({ field, value }) => {
    if (typeof value !== 'string') return [];
    return [...(value.includes(',') ? [commaProblem(field, value)] : []), ...(/^ | $/.test(value) ? [blankProblem(field, value)] : [])];
  });
}

export function commaProblem(field: string, value: string): PlanProblem {
  return { field, code: 'PLAN_VALUE_REFUSED', message: `${value} holds a comma, at which a list of settings is split on the way`, cure: 'rename it' };
}

function blankProblem(field: string, value: string): PlanProblem {
  return { field, code: 'PLAN_VALUE_REFUSED', message: `${JSON.stringify(value)} begins or ends with a blank, which is lost on the way`, cure: 'rename it' };
}
