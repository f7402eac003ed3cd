import { instance, type Viz } from '@viz-js/viz';
import { WindlassError } from '../errors.js';
import { readGeometry, type Geometry } from './geometry.js';
import { markerWidth, type Plan } from './plan.js';
import { planToDot } from './to-dot.js';

let loading: Promise<Viz> | undefined;

/** Graphviz is 1.4 MB of WebAssembly: it is loaded by the first picture, once. */
function graphviz(): Promise<Viz> {
  loading ??= instance();
  return loading;
}

/**
 * Places everything in a plan. Throws `DIAGRAM_LAYOUT` when Graphviz refuses, which would be a fault of this
 * package and not of the machine.
 */
export async function layOut(plan: Plan): Promise<Geometry> {
  const viz = await graphviz();
  const result = viz.render(planToDot(plan, 'places'), { format: 'json', yInvert: true });
  if (result.status === 'failure') {
    throw new WindlassError('DIAGRAM_LAYOUT', `Graphviz could not lay out "${plan.chart.id}": ${result.errors.map(({ message }) => message).join('; ')}`);
  }
  const json: unknown = JSON.parse(result.output);
  return readGeometry(json, plan, markerWidth);
}
