import type { Chart } from './chart.js';
import { farLines } from './cut-lines.js';
import type { Detail } from './edge-label.js';
import type { Geometry } from './geometry.js';
import { layOut } from './layout.js';
import { planOf, type Plan } from './plan.js';
import { routeLegs } from './routing.js';

/** Cutting brings the rest closer together, so after a few rounds nothing is too long, or nothing can be done. */
const rounds = 3;

/** Lays out, cuts the lines that turn out too long to follow, and lays out what is left. */
export async function arrange(chart: Chart, detail: Detail): Promise<{ readonly plan: Plan; readonly geometry: Geometry }> {
  const far = new Set<string>();
  for (let round = 0; ; round += 1) {
    const plan = planOf(chart, detail, far);
    const placed = await layOut(plan);
    const rough = round < rounds ? farLines(plan, placed) : new Set<string>();
    for (const line of rough) far.add(line);
    if (rough.size > 0) continue;
    // Routing takes longer than placing, so it waits until the lengths as the crow flies are right.
    const geometry = routeLegs(plan, placed);
    const found = round < rounds ? farLines(plan, geometry) : new Set<string>();
    for (const line of found) far.add(line);
    if (found.size === 0) return { plan, geometry };
  }
}
