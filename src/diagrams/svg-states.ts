import { padding } from './box-content.js';
import { escapeXml } from './dot-text.js';
import type { Geometry, Rect } from './geometry.js';
import { markerWidth, type Plan, type PlannedBox } from './plan.js';
import { drawBlock, n, triangle } from './svg-text.js';

/** The frames of compound and parallel states, outermost first; their greys alternate with the depth. */
export function drawFrames(plan: Plan, { boxes }: Geometry): readonly string[] {
  return inOrder(plan, boxes).flatMap(([box, rect]) => {
    if (!plan.tree.isFrame(box.state.id)) return [];
    const region = plan.tree.get(box.state.parent ?? '').kind === 'parallel' ? ' region' : '';
    const grey = plan.tree.depth(box.state.id) % 2 === 1 ? 'odd' : 'even';
    const inner = `${rectangle(rect, `frame ${grey}`, 14)}${drawBlock(box.content, rect.x + padding.x, rect.y + padding.y)}`;
    return [group(box, region, inner), ...(box.marked ? [marker(rect, 22)] : [])];
  });
}

/** The boxes that hold no others. */
export function drawBoxes(plan: Plan, { boxes }: Geometry): readonly string[] {
  return inOrder(plan, boxes).flatMap(([box, rect]) => {
    if (plan.tree.isFrame(box.state.id)) return [];
    const parent = box.state.folded.length > 0 ? ' parent' : '';
    const outer = box.state.kind === 'final' ? rectangle(grow(rect, 4), 'box', 15) : '';
    const round = box.state.kind === 'history';
    const text = drawBlock(box.content, rect.x + (round ? 11 : padding.x), rect.y + (rect.height - box.content.height) / 2);
    return [group(box, parent, `${outer}${rectangle(rect, 'box', round ? rect.height / 2 : 11)}${text}`), ...(box.marked ? [marker(rect, rect.height / 2)] : [])];
  });
}

function inOrder(plan: Plan, boxes: ReadonlyMap<string, Rect>): readonly (readonly [PlannedBox, Rect])[] {
  return [...plan.boxes.values()].flatMap((box) => {
    const rect = boxes.get(box.state.id);
    return rect ? [[box, rect] as const] : [];
  });
}

function group({ state }: PlannedBox, classes: string, inner: string): string {
  const title = state.description === undefined ? '' : `<title>${escapeXml(state.description)}</title>`;
  return `<g id="${escapeXml(`state:${state.id}`)}" class="state ${state.kind}${classes}">${title}${inner}</g>`;
}

function grow({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function rectangle({ x, y, width, height }: Rect, className: string, radius: number): string {
  return `<rect class="${className}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${n(Math.min(radius, height / 2))}"/>`;
}

/** The dot of an initial state, at its left. */
function marker({ x, y }: Rect, down: number): string {
  const [start, middle] = [x - markerWidth + 8, y + down];
  const line = `<path class="line" stroke-width="1.5" d="M${n(start)} ${n(middle)}H${n(x - 8)}"/>`;
  return `<g class="marker"><circle class="dot" cx="${n(start)}" cy="${n(middle)}" r="4.5"/>${line}${triangle({ x: x - 8, y: middle }, { x, y: middle })}</g>`;
}
