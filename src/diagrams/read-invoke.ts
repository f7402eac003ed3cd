import type { AnyStateNode } from 'xstate';
import type { ChartInvoke } from './chart.js';

/** xstate names a nameless invoke `<index>.<state id>`, and inline logic `xstate.invoke.<index>.<state id>`. */
const madeUpId = /^\d+\./;
const madeUpSrc = /^xstate\.invoke\./;

/** An invoke by the names that its author gave; inline logic without a name is an `actor`. */
export function readInvoke({ id, src }: AnyStateNode['invoke'][number]): ChartInvoke {
  const named = typeof src === 'string' && !madeUpSrc.test(src) ? src : 'actor';
  return madeUpId.test(id) ? { src: named } : { id, src: named };
}
