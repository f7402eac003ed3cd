import { sample } from '../../src/diagrams/curves.js';
import type { Point, Rect } from '../../src/diagrams/geometry.js';
import { faces, runGap, type Voice } from '../../src/diagrams/text-block.js';
import { textWidth } from '../../src/diagrams/text-metrics.js';

/** An SVG read back as what stands where, in the coordinates of the whole picture. */
export interface Picture {
  readonly paper: Rect;
  /** Leaf states. */
  readonly boxes: readonly Shape[];
  readonly frames: readonly Shape[];
  /** One rectangle for each line of an edge's label. */
  readonly labels: readonly Shape[];
  /** Title and legend. */
  readonly captions: readonly Shape[];
  /** The transitions that words speak of, as often as they do. */
  readonly told: readonly string[];
  readonly lines: readonly { readonly id: string; readonly points: readonly Point[] }[];
}

export interface Shape {
  readonly id: string;
  readonly rect: Rect;
  readonly texts: readonly Rect[];
}

/** Reads a picture with the eyes of a reader: it knows the file, and nothing of how the layout came about. */
export function readPicture(svg: string): Picture {
  const [, width = '0', height = '0'] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? [];
  const [, dx = '0', dy = '0'] = /<g transform="translate\((\S+) (\S+)\)">/.exec(svg) ?? [];
  const move = { x: Number(dx), y: Number(dy) };
  const [before = '', rest = ''] = svg.split('<g transform=');
  const [body = '', after = ''] = rest.split('\n</g>\n');
  const groups = body.split('\n').slice(1);
  const shapes = groups.flatMap((group) => {
    const [, id = '', className = ''] = /^<g (?:id="(?<id>[^"]*)" )?class="([^"]*)"/.exec(group) ?? [];
    if (!className.startsWith('state ')) return [];
    const rects = [...group.matchAll(/<rect class="[^"]*" x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"/g)].map(([, ...numbers]) => shift(rectOf(numbers), move));
    const [outer] = rects;
    return outer ? [{ frame: group.includes('class="frame'), shape: { id, rect: outer, texts: textsOf(group, move) } }] : [];
  });
  return {
    paper: { x: 0, y: 0, width: Number(width), height: Number(height) },
    boxes: shapes.filter(({ frame }) => !frame).map(({ shape }) => shape),
    frames: shapes.filter(({ frame }) => frame).map(({ shape }) => shape),
    labels: groups.filter((group) => group.startsWith('<g class="words"')).flatMap((group) => textsOf(group, move).map((rect) => ({ id: attribute(group, 'data-edge'), rect, texts: [rect] }))),
    captions: [before, after].flatMap((part) => textsOf(part, { x: 0, y: 0 })).map((rect) => ({ id: 'caption', rect, texts: [rect] })),
    told: [...svg.matchAll(/<text [^>]*data-transitions="([^"]*)"/g)].flatMap(([, ids = '']) => plain(ids).split(' ')),
    lines: groups.filter((group) => /^<g id="[^"]*" class="edge/.test(group)).map((group) => ({ id: attribute(group, 'id'), points: pointsOf(attribute(group, 'd')).map((point) => ({ x: point.x + move.x, y: point.y + move.y })) })),
  };
}

function attribute(text: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? '';
}

function rectOf(numbers: readonly (string | undefined)[]): Rect {
  const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
  return { x, y, width, height };
}

function shift(rect: Rect, { x, y }: Point): Rect {
  return { ...rect, x: rect.x + x, y: rect.y + y };
}

/** The ink of every line of text, by the widest font of the stack. */
function textsOf(part: string, move: Point): readonly Rect[] {
  return [...part.matchAll(/<text x="(\S+)" y="(\S+?)"[^>]*>(.*?)<\/text>/gs)].map(([, x = '0', y = '0', inner = '']) => {
    const runs = [...inner.matchAll(/<tspan class="([a-z]+)[^"]*"[^>]*>(.*?)<\/tspan>/gs)].map(([, voice = 'note', text = '']) => ({ face: faces[voice as Voice], text: plain(text) }));
    const size = Math.max(...runs.map(({ face }) => face.size));
    const width = runs.reduce((sum, { face, text }) => sum + textWidth(text, face.size, face.weight) + face.spacing * text.length, 0) + runGap * (runs.length - 1);
    return shift({ x: Number(x), y: Number(y) - size * 0.78, width, height: size * 1.02 }, move);
  });
}

function plain(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}

/** The paths are made of M, C and V alone. */
function pointsOf(d: string): readonly Point[] {
  const found: Point[] = [];
  for (const [, x0 = '0', y0 = '0', kind, args = ''] of d.matchAll(/M(\S+) ([\d.-]+)([CV])([^M]*)/g)) {
    const start = { x: Number(x0), y: Number(y0) };
    const numbers = args.trim().split(/\s+/).map(Number);
    if (kind === 'V') found.push(...sample([start, start, { x: start.x, y: numbers[0] ?? 0 }, { x: start.x, y: numbers[0] ?? 0 }]));
    else found.push(...sample([start, ...Array.from({ length: numbers.length / 2 }, (_each, index) => ({ x: numbers[index * 2] ?? 0, y: numbers[index * 2 + 1] ?? 0 }))]));
  }
  return found;
}

export function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function inside(inner: Rect, outer: Rect, air = 0): boolean {
  return inner.x >= outer.x + air && inner.y >= outer.y + air && inner.x + inner.width <= outer.x + outer.width - air && inner.y + inner.height <= outer.y + outer.height - air;
}
