import { escapeXml } from './dot-text.js';
import { baseline, lineHeight, runGap, type Block, type Line, type Run } from './text-block.js';

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
function drawLine({ runs, indent, transitions }: Line, x: number, y: number): string {
  const told = transitions.length > 0 ? ` data-transitions="${escapeXml(transitions.map(token).join(' '))}"` : '';
  const spans = runs.map((run, index) => `<tspan class="${classOf(run)}"${index > 0 ? ` dx="${runGap}"` : ''}>${escapeXml(run.text)}</tspan>`);
  return `<text x="${n(x + indent)}" y="${n(y)}"${told}>${spans.join('')}</text>`;
}

function classOf({ voice, kind }: Run): string {
  return kind === undefined ? voice : `${voice} k-${kind}`;
}

/** A transition's id as one word of a list of words. */
export function token(id: string): string {
  return id.replace(/[\s%]/g, encodeURIComponent);
}
