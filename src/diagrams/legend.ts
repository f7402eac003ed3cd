import type { TransitionKind } from './chart.js';
import { staysInBox } from './drawn-edges.js';
import { kinds } from './palette.js';
import type { Plan } from './plan.js';
import { drawBlock, n, triangle } from './svg-text.js';
import { block, line, type Block } from './text-block.js';

/** What the strokes mean, in one row under the picture; only for kinds that it has. */
export interface Legend {
  readonly entries: readonly { readonly kind: TransitionKind; readonly text: Block }[];
  readonly width: number;
  readonly height: number;
}

const meanings: Readonly<Record<TransitionKind, string>> = {
  event: 'event',
  done: '✓ done',
  error: '✗ error',
  timeout: 'after a time',
  always: 'at once, if [guard]',
};

const sample = 34;
const gap = 22;

export function legendOf({ chart }: Plan): Legend {
  const used = new Set(chart.transitions.filter((each) => !staysInBox(each)).map(({ kind }) => kind));
  const entries = kinds.filter((kind) => used.has(kind)).map((kind) => ({ kind, text: block([line([{ text: meanings[kind], voice: 'note' }])]) }));
  const width = entries.reduce((sum, { text }) => sum + sample + 8 + text.width + gap, 0);
  return { entries, width, height: entries.length > 0 ? 16 : 0 };
}

export function drawLegend({ entries }: Legend, x: number, y: number): string {
  let left = x;
  const drawn = entries.map(({ kind, text }) => {
    const start = left;
    left += sample + 8 + text.width + gap;
    const line = `<path class="line" d="M${n(start)} ${n(y + 8)}H${n(start + sample - 8)}"/>`;
    const head = triangle({ x: start + sample - 8, y: y + 8 }, { x: start + sample, y: y + 8 });
    return `<g class="edge ${kind}">${line}${head}</g>${drawBlock(text, start + sample + 8, y)}`;
  });
  return `<g class="legend">${drawn.join('')}</g>`;
}
