import { kinds, strokes, tones, type Tone } from './palette.js';
import { faces, type Voice } from './text-block.js';

/** `auto` follows the reader's `prefers-color-scheme`; the others are fixed. */
export type Theme = 'auto' | 'light' | 'dark';

/** Faces that systems have; nothing is fetched. DejaVu, for which texts are measured, is the widest of them. */
const fontStack = "'Inter','Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans','Liberation Sans',sans-serif";

const voiceTones: Readonly<Record<Voice, Tone>> = {
  title: tones.text,
  name: tones.text,
  tag: tones.tag,
  note: tones.muted,
  prose: tones.muted,
  label: tones.event,
  guard: tones.muted,
  action: tones.muted,
  sign: tones.done,
  target: tones.text,
};

/**
 * The picture's style sheet: plain classes, so that renderers without CSS variables show the same, and each of them
 * bound to a picture, so that a page which takes the SVG in keeps its own look.
 */
export function styleSheet(theme: Theme): string {
  const base = theme === 'dark' ? 'dark' : 'light';
  const shapes = [
    rule('text', `font-family:${fontStack};font-size:12px;white-space:pre`),
    ...['.box', '.frame', '.line'].map((each) => rule(each, 'stroke:currentColor')),
    rule('.line', 'fill:none;stroke-linecap:round;stroke-linejoin:round'),
    ...['.head', '.dot'].map((each) => rule(each, 'fill:currentColor;stroke:none')),
    rule('.state', 'stroke-width:1.4'),
    rule('.state.region', 'stroke-dasharray:6 4'),
    rule('.state.parent', 'stroke-width:2.4'),
    ...kinds.map((kind) => {
      const { width, dashes } = strokes[kind];
      return rule(`.edge.${kind}`, `stroke-width:${width}${dashes === undefined ? '' : `;stroke-dasharray:${dashes}`}`);
    }),
    ...Object.entries(faces).map(([voice, { size, weight, italic, spacing }]) => {
      const extra = `${weight === 'bold' ? ';font-weight:700' : ''}${italic ? ';font-style:italic' : ''}${spacing > 0 ? `;letter-spacing:${spacing}px` : ''}`;
      return rule(`.${voice}`, `font-size:${size}px${extra}`);
    }),
  ];
  const following = theme === 'auto' ? [`@media (prefers-color-scheme:dark){${colours('dark').join('')}}`] : [];
  return [...shapes, ...colours(base), ...following].join('\n');
}

/** Marks the elements that are ours. */
export const scope = 'svg[data-machine]';

function rule(selector: string, declarations: string): string {
  return `${scope} ${selector}{${declarations}}`;
}

function colours(mode: keyof Tone): readonly string[] {
  const fill = (selector: string, { [mode]: colour }: Tone): string => rule(selector, `fill:${colour}`);
  return [
    fill('.paper', tones.paper),
    fill('.box', tones.box),
    fill('.odd', tones.nestOdd),
    fill('.even', tones.nestEven),
    rule('.state', `color:${tones.frame[mode]}`),
    rule('.marker', `color:${tones.text[mode]}`),
    ...Object.entries(voiceTones).map(([voice, colour]) => fill(`.${voice}`, colour)),
    ...kinds.flatMap((kind) => [rule(`.edge.${kind}`, `color:${tones[kind][mode]}`), fill(`.k-${kind}`, tones[kind])]),
  ];
}
