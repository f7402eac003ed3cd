import type { Chart } from './chart.js';
import { farEdges } from './cut-lines.js';
import type { Detail } from './edge-label.js';
import type { RoutedGeometry } from './geometry.js';
import { layOut } from './layout.js';
import { planOf, type Plan } from './plan.js';
import { linesBetweenOutcomes } from './outcomes.js';
import { legEnds } from './ports.js';
import { routeLegs } from './routing.js';

/** The height, in pixels, that a reader sees at once. */
const screen = 1000;

/**
 * Lays out; tells in words what would be too long a line, or would have to run over something; and lays out what is
 * left, until every line is good. Each round takes at least one line away, so there is an end to it.
 */
export async function arrange(chart: Chart, detail: Detail): Promise<{ readonly plan: Plan; readonly geometry: RoutedGeometry }> {
  const told = new Set<string>();
  for (;;) {
    const plan = planOf(chart, detail, told);
    const placed = await layOut(plan);
    const beside = placed.extent.height > screen ? linesBetweenOutcomes(plan) : new Set<string>();
    for (const edge of beside) told.add(edge);
    if (beside.size > 0) continue;
    const far = farEdges(plan, legEnds(plan, placed));
    for (const edge of far) told.add(edge);
    if (far.size > 0) continue;
    const { curves, blocked, extent } = routeLegs(plan, placed);
    const spine = new Set(plan.legs.filter((leg) => leg.spine).map(({ edge }) => edge));
    const sides = [...blocked].filter((edge) => !spine.has(edge));
    // Without the lines beside it the spine may find its way.
    for (const edge of sides.length > 0 ? sides : blocked) told.add(edge);
    if (blocked.size === 0) return { plan, geometry: { ...placed, curves, extent } };
  }
}
