/**
 * Draws frames as one animated SVG. A line is drawn once for each content that it ever had, and shown while it had it. Without animation
 * (and for readers who want less motion) the last frame stands.
 */
import { widthOf } from '../../src/cli/text/width.js';
import type { Frame } from './play-back.js';
import type { Run } from './screen.js';

export interface DrawingOptions {
  readonly columns: number;
  /** Shown in the title bar. */
  readonly command: string;
  /** Seconds that the last frame stays before it all begins anew. */
  readonly hold: number;
}

interface Appearance {
  readonly row: number;
  readonly runs: readonly Run[];
  /** Seconds: from, to. */
  readonly spans: [number, number][];
}

const cell = { width: 8.4, height: 19 };
const margin = { x: 16, top: 46, bottom: 14 };

export function drawRecording(frames: readonly Frame[], options: DrawingOptions): string {
  const end = (frames.at(-1)?.at ?? 0) + options.hold;
  const appearances = appearancesOf(frames, end);
  const rows = Math.max(...appearances.map(({ row }) => row)) + 1;
  const width = Math.ceil(options.columns * cell.width + 2 * margin.x);
  const height = rows * cell.height + margin.top + margin.bottom;
  const always = appearances.filter(({ spans }) => spans.every(([from, to]) => from === 0 && to === end));
  const moving = appearances.filter((one) => !always.includes(one));
  const drawn = moving.map((one, index) => ({ ...one, id: `l${index}`, last: one.spans.at(-1)?.[1] === end }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A recording of ${options.command}">
<style>
${style}
.a{visibility:hidden}
@media (prefers-reduced-motion:no-preference){
${drawn.map(({ id, spans }) => `.${id}{animation:${id} ${round(end)}s step-end infinite}@keyframes ${id}{${keyframes(spans, end)}}`).join('\n')}
}
</style>
<rect class="window" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
<path class="bar" d="M.5 30.5h${width - 1}"/>
<text class="t dim" x="${margin.x}" y="20">$ ${escaped(options.command)}</text>
${always.map((one) => lineOf(one, 't')).join('\n')}
${drawn.map((one) => lineOf(one, `t ${one.id}${one.last ? '' : ' a'}`)).join('\n')}
</svg>
`;
}

/** Colours of readable contrast on both grounds. */
const style = `.t{font-size:14px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.window{fill:#fff;stroke:#d1d9e0}.bar{stroke:#d1d9e0}
.bold{font-weight:700}.dim{fill:#6e7781}.red{fill:#cf222e}.green{fill:#116329}.yellow{fill:#7d4e00}.blue{fill:#0550ae}.magenta{fill:#8250df}.cyan{fill:#1b7c83}
@media (prefers-color-scheme:dark){.t{fill:#e6edf3}.window{fill:#0d1117;stroke:#3d444d}.bar{stroke:#3d444d}
.dim{fill:#8b949e}.red{fill:#ff7b72}.green{fill:#3fb950}.yellow{fill:#d29922}.blue{fill:#58a6ff}.magenta{fill:#bc8cff}.cyan{fill:#39c5cf}}`;

function appearancesOf(frames: readonly Frame[], end: number): readonly Appearance[] {
  const found = new Map<string, Appearance>();
  frames.forEach(({ at, lines }, index) => {
    const until = frames[index + 1]?.at ?? end;
    lines.forEach((runs, row) => {
      if (runs.length === 0) return;
      const key = JSON.stringify([row, runs]);
      const appearance = found.get(key) ?? { row, runs, spans: [] };
      found.set(key, appearance);
      const last = appearance.spans.at(-1);
      if (last?.[1] === at) last[1] = until;
      else appearance.spans.push([at, until]);
    });
  });
  return [...found.values()];
}

function keyframes(spans: Appearance['spans'], end: number): string {
  const percent = (at: number): string => `${round((at / end) * 100)}%`;
  const first = spans[0]?.[0] ?? 0;
  const steps = spans.flatMap(([from, to]) => [`${percent(from)}{visibility:visible}`, ...(to < end ? [`${percent(to)}{visibility:hidden}`] : [])]);
  return `${first > 0 ? '0%{visibility:hidden}' : ''}${steps.join('')}${spans.at(-1)?.[1] === end ? 'to{visibility:visible}' : 'to{visibility:hidden}'}`;
}

function lineOf({ row, runs }: Appearance, names: string): string {
  const y = margin.top + row * cell.height + 14;
  const texts = runs.map(({ column, style: own, text }) => {
    const x = round(margin.x + column * cell.width);
    const kind = own === '' ? '' : ` class="${own}"`;
    return `<tspan${kind} x="${x}" textLength="${round(widthOf(text) * cell.width)}">${escaped(text)}</tspan>`;
  });
  return `<text class="${names}" y="${y}">${texts.join('')}</text>`;
}

function round(number: number): number {
  return Number(number.toFixed(2));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
