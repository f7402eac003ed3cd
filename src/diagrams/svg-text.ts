import { escapeXml } from './dot-text.js';
import { arrowWidth } from './exit-rows.js';
import { baseline, lineHeight, runGap, type Arrow, type Block, type Line, type Run } from './text-block.js';

/** A number as it stands in the file: two decimals are finer than any screen, and the same on every machine. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** The lines of a block from a corner downwards. */
export function drawBlock(content: Block, x: number, y: number): string {
  let top = y;
  const drawn: string[] = [];
  for (const each of content.lines) {
    drawn.push(drawLine(each, x, top + baseline(each)));
    top += lineHeight(each);
  }
  return drawn.join('');
}

/** The runs of a line follow one another, so that with a narrower font they close up instead of leaving holes. */
function drawLine({ runs, indent, tab, transitions, arrow }: Line, x: number, y: number): string {
  const told = transitions.length > 0 ? ` data-transitions="${escapeXml(transitions.map(token).join(' '))}"` : '';
  const place = (index: number): string => (index === 0 ? '' : index === 1 && tab !== undefined ? ` x="${n(x + indent + tab)}"` : ` dx="${runGap}"`);
  const spans = runs.map((run, index) => `<tspan class="${classOf(run)}"${place(index)}>${escapeXml(run.text)}</tspan>`);
  const pointer = arrow === undefined ? '' : drawArrow(arrow, x + indent, y - 4);
  return `${pointer}<text x="${n(x + indent)}" y="${n(y)}"${told}>${spans.join('')}</text>`;
}

/** The small arrow before a row; it has the stroke, and takes the light, of a line. */
function drawArrow({ kind, transitions }: Arrow, right: number, y: number): string {
  const [start, tip] = [right - arrowWidth + 1, right - 6];
  const line = `<path class="line" d="M${n(start)} ${n(y)}H${n(tip - 8)}"/>`;
  return `<g class="edge ${kind}" data-transitions="${escapeXml(transitions.map(token).join(' '))}">${line}${triangle({ x: tip - 8, y }, { x: tip, y })}</g>`;
}

/** An arrow's head from the middle of its back to its tip. */
export function triangle(back: { readonly x: number; readonly y: number }, tip: { readonly x: number; readonly y: number }): string {
  const [dx, dy] = [tip.x - back.x, tip.y - back.y];
  const length = Math.hypot(dx, dy) || 1;
  const [sx, sy] = [(-dy / length) * 4, (dx / length) * 4];
  return `<path class="head" d="M${n(tip.x)} ${n(tip.y)}L${n(back.x + sx)} ${n(back.y + sy)}L${n(back.x - sx)} ${n(back.y - sy)}Z"/>`;
}

function classOf({ voice, kind }: Run): string {
  return kind === undefined ? voice : `${voice} k-${kind}`;
}

/** A transition's id as one word of a list of words. */
export function token(id: string): string {
  return id.replace(/[\s%]/g, encodeURIComponent);
}
