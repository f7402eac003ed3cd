import { escapeXml } from './dot-text.js';
import type { Curve, Geometry, Point, Rect, RoutedGeometry } from './geometry.js';
import type { Leg } from './plan-legs.js';
import { railWidth, type Plan, type PlannedLabel } from './plan.js';
import { drawBlock, n, token, triangle } from './svg-text.js';

/** The lines of all edges, without their labels. */
export function drawEdges(plan: Plan, geometry: RoutedGeometry): readonly string[] {
  return plan.labels.map((label) => {
    const { edge } = label;
    const rect = geometry.labels.get(edge.id);
    const legs = plan.legs.filter((leg) => leg.edge === edge.id);
    const curves = legs.flatMap((leg) => {
      const curve = geometry.curves.get(leg.id);
      return curve ? [{ leg, curve }] : [];
    });
    const path = curves.map(({ leg, curve }) => drawCurve(leg, curve)).join('');
    const heads = curves.map(({ leg, curve }) => head(leg, curve)).join('');
    const told = escapeXml(edge.transitions.map(({ id }) => token(id)).join(' '));
    const ring = edge.shape === 'inward' && rect ? originRing(rect) : '';
    const along = rect ? rail(rect, curves, edge.shape === 'inward') : '';
    return `<g id="${escapeXml(edge.id)}" class="edge ${edge.kind}" data-transitions="${told}"><path class="line" d="${path}${along}"/>${heads}${ring}</g>`;
  });
}

/** The labels, over everything else. */
export function drawLabels(plan: Plan, geometry: Geometry): readonly string[] {
  return plan.labels.flatMap((label) => {
    const rect = geometry.labels.get(label.edge.id);
    return rect ? [drawLabel(label, rect)] : [];
  });
}

function drawLabel({ edge, content, height }: PlannedLabel, rect: Rect): string {
  const text = drawBlock(content, rect.x + railWidth, rect.y + (height - content.height) / 2);
  return `<g class="words" data-edge="${escapeXml(edge.id)}">${text}</g>`;
}

/** The reader's way: down along the leg, or up. */
function drawCurve({ upwards }: Leg, { points }: Curve): string {
  const [first, ...rest] = upwards ? [...points].reverse() : points;
  if (!first) return '';
  return `M${at(first)}C${rest.map(at).join(' ')}`;
}

function at({ x, y }: Point): string {
  return `${n(x)} ${n(y)}`;
}

/** The straight piece beside the label, from where the lines above it end to where those below it begin. */
function rail(rect: Rect, curves: readonly { readonly leg: Leg; readonly curve: Curve }[], fromRing: boolean): string {
  const x = rect.x + railWidth / 2;
  const ends = curves.flatMap(({ leg, curve: { points } }) => (leg.lower.kind === 'label' ? points[points.length - 1] : points[0])?.y ?? []);
  const top = fromRing ? rect.y + 14 : Math.min(rect.y, ...ends);
  return `M${n(x)} ${n(top)}V${n(Math.max(rect.y + rect.height, ...ends))}`;
}

/** Where an edge begins that leaves from anywhere in its frame. */
function originRing(rect: Rect): string {
  return `<circle class="line" cx="${n(rect.x + railWidth / 2)}" cy="${n(rect.y + 10)}" r="4" stroke-dasharray="none"/>`;
}

function head({ last, upwards }: Leg, { points, tip }: Curve): string {
  const back = upwards ? points[0] : points[points.length - 1];
  return last && tip && back ? triangle(back, tip) : '';
}
